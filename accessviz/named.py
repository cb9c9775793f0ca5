"""Whom a policy or a persona names: each name with whether there is such a thing, and how many users it means."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from pyroaring import FrozenBitMap

from accessviz import present
from accessviz.links import address, to_person
from purposeapp.domain.audience import EVERY_VIA, lists_of
from purposeapp.domain.model import EVERY_USER, Group, Match, Persona, Policy, Via
from purposeapp.domain.population import Population
from purposeapp.domain.snapshot.naming import EMPTY

PAGE_SIZE = 200


@dataclass(frozen=True, slots=True)
class Named:
    """A name on a list, and the users whom it means as a name of many; None where it is a user's own."""

    match: Match
    users: FrozenBitMap | None = None


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name as it is shown. `known`: there is such a user, group or role; `members` are enabled users.

    `url` is the address of its page, blank where there is none.
    """

    match: Match
    known: bool
    members: int
    url: str = ""


def named_by_policy(policy: Policy, population: Population) -> list[Named]:
    """By list, then by name; users last."""
    lists = [
        Named(Match(via, name), meant)
        for via, name, meant in lists_of(policy, population, EVERY_VIA)
        if via is not Via.USER
    ]
    lists.sort(key=lambda each: (EVERY_VIA.index(each.match.via), each.match.name))
    return [*lists, *_users(policy.users - {EVERY_USER})]


def named_by_persona(persona: Persona, population: Population) -> list[Named]:
    """Groups, then users, each by name."""
    groups = (
        Named(Match(Via.GROUP, name), population.groups.get(name, EMPTY)) for name in sorted(persona.groups)
    )
    return [*groups, *_users(persona.users)]


def named_page(request: HttpRequest, named: list[Named], population: Population) -> dict[str, Any]:
    """What `parts/named.html` shows: a page of them."""
    rows = Paginator(named, PAGE_SIZE).get_page(request.GET.get("page", "1"))
    known = _Known(population)
    return {"rows": rows, "names": [(known.row(each), _label(each.match)) for each in rows]}


def _users(names: Iterable[str]) -> list[Named]:
    return [Named(Match(Via.USER, name)) for name in sorted(names)]


def _label(match: Match) -> str:
    return match.name if match.via is Via.USER else present.matched(match)


class _Known:
    """The names that the directory has."""

    def __init__(self, population: Population) -> None:
        self._population = population

    def row(self, named: Named) -> NameRow:
        match, users = named.match, named.users
        if users is None:
            return self._user(match)
        members = len(users - self._population.disabled)
        if match.via is Via.GROUP:
            group = self._groups.get(match.name)
            return NameRow(match, group is not None, members, address("group", id=group.id) if group else "")
        return NameRow(match, match.via is not Via.ROLE or match.name in self._roles, members)

    def _user(self, match: Match) -> NameRow:
        ordinal = self._population.usernames.find(match.name)
        if ordinal is None:
            return NameRow(match, known=False, members=0)
        enabled = ordinal not in self._population.disabled
        return NameRow(match, known=True, members=int(enabled), url=to_person(match.name))

    @cached_property
    def _groups(self) -> dict[str, Group]:
        """By name; of several, whose pages lead to each other, the first by path."""
        groups = sorted(self._population.realm.groups.values(), key=lambda each: each.path, reverse=True)
        return {each.name: each for each in groups}

    @cached_property
    def _roles(self) -> set[str]:
        return {role.name for role in self._population.realm.roles.values() if not role.client}
