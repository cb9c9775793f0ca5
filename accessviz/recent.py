"""Whom and what somebody opened last, for their start page.

People are read from the audit trail. Opening a purpose is a look at nobody, so what else was opened is the session's alone.
"""

import time

from django.http import HttpRequest

from accessviz.looks import recently_looked_at
from accessviz.staff import Viewer
from purposeapp.domain.finding import Found, Kind
from purposeapp.domain.model import Persona, Purpose

OPENED = "opened"
"""The session's key: `[tenant, kind, id, name, epoch seconds]` of each, the last one first."""

MOST = 12


def remember(request: HttpRequest, viewer: Viewer, kind: Kind, id_: str, name: str) -> None:
    """Note that a thing of the viewer's tenant was opened; what was opened longest ago is forgotten."""
    thing = [viewer.tenant.slug, kind.value, id_]
    others = [each for each in request.session.get(OPENED, ()) if each[:3] != thing]
    request.session[OPENED] = [[*thing, name, time.time()], *others][:MOST]


def remember_entity(request: HttpRequest, viewer: Viewer, kind: Kind, entity: Purpose | Persona) -> None:
    """As `remember`, by the name that the pages show."""
    remember(request, viewer, kind, entity.guid, entity.display_name or entity.name)


def recently_opened(request: HttpRequest, viewer: Viewer) -> list[Found]:
    """People and things of the viewer's tenant, the last one first. Raises AuditUnavailable."""
    opened = [(at.timestamp(), Found(Kind.USER, name, name)) for name, at in recently_looked_at(viewer)]
    for tenant, kind, id_, name, at in request.session.get(OPENED, ()):
        if tenant == viewer.tenant.slug:
            opened.append((at, Found(Kind(kind), id_, name)))
    opened.sort(key=lambda pair: -pair[0])
    return [found for _at, found in opened[:MOST]]
