"""The pages of one group: who is in it, where it stands, and what membership in it opens."""

import time

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accessviz import present
from accessviz.doors import page
from accessviz.opened import opened_by
from accessviz.recent import remember
from accessviz.staff import LOOK, Viewer
from accessviz.tables import PAGE_SIZE
from accessviz.views.asked import text_of
from purposeapp.domain.errors import InvalidRequest, UnknownEntity
from purposeapp.domain.finding import Kind
from purposeapp.domain.model import Group
from purposeapp.domain.realm import Realm
from purposeapp.domain.snapshot.naming import EMPTY


@page(LOOK)
def group(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Who is in it, its sub-groups, and the roles that it gives."""
    counted = viewer.ports.everybody.counted()
    population = counted.population
    found = _group_of(request, population.realm)
    viewer.record("", "page:group", group=found.id)
    remember(request, viewer, Kind.GROUP, found.id, found.name)
    members = population.in_group.get(found.id, EMPTY)
    words = text_of(request, "q")
    matching = members & population.mentioned(words) if words else members
    rows = Paginator(matching, PAGE_SIZE).get_page(request.GET.get("page", "1"))
    context = {
        "viewer": viewer,
        "tab": "group",
        "words": words,
        "members": len(members),
        "rows": rows,
        "users": [(population.usernames[each], each not in population.disabled) for each in rows.object_list],
        "as_of": present.moment(counted.as_of * 1000),
        **_around(found, population.realm),
    }
    return render(request, "accessviz/group/group.html", context)


@page(LOOK)
def group_purposes(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What somebody sees who is in this group and in nothing else. No look at anybody."""
    realm = viewer.ports.directory.realm()
    found = _group_of(request, realm)
    remember(request, viewer, Kind.GROUP, found.id, found.name)
    opened = opened_by(found, realm, policies=viewer.ports.policies, now=time.time())
    rows = Paginator(opened.purposes, PAGE_SIZE).get_page(request.GET.get("page", "1"))
    context = {
        "viewer": viewer,
        "tab": "purposes",
        "group": found,
        "rows": rows,
        "purposes": [(each, present.vias(each)) for each in rows.object_list],
        "personas": [(each, [present.matched(match) for match in each.matches]) for each in opened.personas],
    }
    return render(request, "accessviz/group/purposes.html", context)


def _group_of(request: HttpRequest, realm: Realm) -> Group:
    id_ = text_of(request, "id")
    if not id_:
        raise InvalidRequest(_("The address of this page must name a group."))
    if id_ not in realm.groups:
        raise UnknownEntity("group", id_)
    return realm.groups[id_]


def _around(group: Group, realm: Realm) -> dict[str, object]:
    """The group with what is above, below and beside it, and its roles by where they come from."""
    own = {realm.roles[id_].name for id_ in realm.group_roles.get(group.id, ()) if id_ in realm.roles}
    below = (
        realm.groups[id_] for id_, above in realm.parents.items() if above == group.id and id_ in realm.groups
    )
    same = (each for each in realm.groups.values() if each.name == group.name and each.id != group.id)
    return {
        "group": group,
        "above": realm.groups.get(realm.parents.get(group.id, "")),
        "below": sorted(below, key=lambda each: each.path),
        "namesakes": sorted(same, key=lambda each: each.path),
        "own_roles": sorted(own),
        "other_roles": sorted(realm.role_names_of_group(group.id) - own),
    }
