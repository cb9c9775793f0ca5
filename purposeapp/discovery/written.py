"""A purpose as JSON, in the three shapes of the contract that clients get unless they choose the fields themselves.

They are written from here both ready-made, when a snapshot is built, and one at a time: so the bytes are the same.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from purposeapp.domain.model import Purpose
from purposeapp.domain.snapshot import Writers
from purposeapp.policyindex import atlas

Json = dict[str, Any]

FLAT_FIELDS: Mapping[str, Callable[[Purpose], Any]] = {
    "guid": lambda purpose: purpose.guid,
    "name": lambda purpose: purpose.name,
    "displayName": lambda purpose: purpose.display_name,
    "description": lambda purpose: purpose.description,
    "qualifiedName": lambda purpose: purpose.qualified_name,
    "classifications": lambda purpose: purpose.classifications,
    "isEnabled": lambda purpose: purpose.enabled,
    "createdBy": lambda purpose: purpose.created_by,
    "updatedBy": lambda purpose: purpose.updated_by,
    "createTime": lambda purpose: purpose.create_time,
    "updateTime": lambda purpose: purpose.update_time,
}
"""A purpose as `POST /api/meta/purposes/user` gives it."""

PURPOSE_FIELDS: Mapping[str, Callable[[Purpose], Any]] = {
    "id": lambda purpose: purpose.guid,
    **{name: read for name, read in FLAT_FIELDS.items() if name != "guid"},
}
"""A purpose as `GET /api/meta/purposes/accessible` gives it; `id` is always there."""

DEFAULT_HEADER_ATTRIBUTES = tuple(name for name in atlas.HEADER_ATTRIBUTES.values() if name != "__guid")
"""The ten attributes of an Atlas entity header when none are asked for."""


def flat(purpose: Purpose) -> Json:
    return {name: read(purpose) for name, read in FLAT_FIELDS.items()}


def accessible(purpose: Purpose) -> Json:
    return {name: read(purpose) for name, read in PURPOSE_FIELDS.items()}


def header(
    purpose: Purpose,
    names: Iterable[str] = DEFAULT_HEADER_ATTRIBUTES,
    others: Mapping[str, Any] | None = None,
) -> Json:
    """Atlas's entity header with the attributes of these names; `others` has those that the purpose does not carry."""
    own = atlas.atlas_attributes(purpose) | dict(others or {})
    return {
        "typeName": atlas.PURPOSE_TYPE,
        "guid": purpose.guid,
        "status": atlas.ACTIVE,
        "displayText": purpose.display_name or purpose.name,
        "attributes": {name: own[name] for name in names if name in own},
        "createdBy": purpose.created_by,
        "updatedBy": purpose.updated_by,
        "createTime": purpose.create_time,
        "updateTime": purpose.update_time,
    }


WRITERS: Writers = {
    "flat": lambda purpose: orjson.dumps(flat(purpose)),
    "accessible": lambda purpose: orjson.dumps(accessible(purpose)),
    "header": lambda purpose: orjson.dumps(header(purpose)),
}
"""The shapes in which snapshots keep every purpose (`Snapshot.written`)."""


def written(purposes: Iterable[Purpose], shape: str) -> bytes:
    """These purposes in one shape, with commas between."""
    return b",".join(map(WRITERS[shape], purposes))
