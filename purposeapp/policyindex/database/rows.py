"""Which column holds which Atlas attribute. Rows are read back as documents, so that `policyindex.atlas` stays the one reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from purposeapp import models
from purposeapp.models.entity import AtlasEntity
from purposeapp.policyindex import atlas

_HEAD = {
    "guid": "__guid",
    "name": "name",
    "display_name": "displayName",
    "description": "description",
    "qualified_name": "qualifiedName",
    "created_by": "__createdBy",
    "updated_by": "__modifiedBy",
}
_TIMES = {"create_time": "__timestamp", "update_time": "__modificationTimestamp"}


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns of one model, by the kind of value, each with its Atlas attribute.

    `enabled` is a flag, true when absent; `raw` are lists kept as they came.
    """

    type_name: str
    model: type[AtlasEntity]
    enabled: str
    lists: Mapping[str, str]
    texts: Mapping[str, str]
    numbers: Mapping[str, str]
    raw: Mapping[str, str] = field(default_factory=dict)

    @property
    def named(self) -> dict[str, str]:
        """Every column but the state and the further attributes, with its Atlas attribute."""
        return {**self.texts, **self.numbers, **self.lists, **self.raw, "is_enabled": self.enabled}


PURPOSE = Columns(
    type_name=atlas.PURPOSE_TYPE,
    model=models.Purpose,
    enabled="isAccessControlEnabled",
    lists={"classifications": "purposeClassifications"},
    texts=_HEAD,
    numbers=_TIMES,
)
PERSONA = Columns(
    type_name=atlas.PERSONA_TYPE,
    model=models.Persona,
    enabled="isAccessControlEnabled",
    lists={"users": "personaUsers", "groups": "personaGroups"},
    texts={**_HEAD, "role_id": "roleId"},
    numbers=_TIMES,
)
POLICY = Columns(
    type_name=atlas.POLICY_TYPE,
    model=models.AuthPolicy,
    enabled="isPolicyEnabled",
    lists={
        "users": "policyUsers",
        "groups": "policyGroups",
        "roles": "policyRoles",
        "actions": "policyActions",
        "resources": "policyResources",
    },
    texts={
        **_HEAD,
        "type": "policyType",
        "category": "policyCategory",
        "sub_category": "policySubCategory",
        "service_name": "policyServiceName",
    },
    numbers={**_TIMES, "priority": "policyPriority"},
    raw={"schedule": "policyValiditySchedule"},
)


def values_of(columns: Columns, document: atlas.Document) -> dict[str, Any]:
    """The column values of a document. Raises ValueError or TypeError where a number is none."""
    apart = {*columns.named.values(), *atlas.INTERNAL_ATTRIBUTES}
    return {
        **{column: atlas.text(document, name) for column, name in columns.texts.items()},
        **{column: atlas.number(document, name) for column, name in columns.numbers.items()},
        **{column: list(atlas.texts(document, name)) for column, name in columns.lists.items()},
        **{column: atlas.many(document.get(name)) for column, name in columns.raw.items()},
        "is_enabled": atlas.flag(document, columns.enabled, default=True),
        "state": models.State.ACTIVE if document.get("__state") == atlas.ACTIVE else models.State.DELETED,
        "attributes": {name: value for name, value in document.items() if name not in apart},
    }


def document_of(columns: Columns, row: AtlasEntity) -> dict[str, Any]:
    """The Atlas document of a row, without its relationships: the inverse of `values_of`."""
    return {
        **row.attributes,
        **{name: getattr(row, column) for column, name in columns.named.items()},
        "__typeName": columns.type_name,
        "__state": row.state,
    }
