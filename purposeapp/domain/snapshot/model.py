"""The snapshot itself: answers, and the way to the next one."""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from pyroaring import FrozenBitMap

from purposeapp.domain.errors import InvalidCursor
from purposeapp.domain.model import (
    Evidence,
    Grant,
    Mode,
    Persona,
    PersonaGrant,
    Policy,
    Purpose,
    Resolution,
    Subject,
)
from purposeapp.domain.page import Place, display_order
from purposeapp.domain.resolve import ChainsOf, judge, names, no_chains, sees
from purposeapp.domain.snapshot.families import Families
from purposeapp.domain.snapshot.naming import Filed, Naming
from purposeapp.domain.snapshot.personas import Personas
from purposeapp.domain.snapshot.ranking import Ranking
from purposeapp.domain.snapshot.recent import Recent
from purposeapp.domain.snapshot.seen import Seen, edges_between, union

Ordinals = Sequence[int]

Value = TypeVar("Value")

Writers = Mapping[str, Callable[[Purpose], bytes]]
"""For each shape of a purpose, by a name of the caller's choice, the function that writes it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different in a tenant: entities as they are now, and the guids of those that are no longer live.

    A policy of several purposes is given with all its rows. What is both deleted and given is given.
    """

    purposes: Sequence[Purpose] = ()
    policies: Sequence[Policy] = ()
    personas: Sequence[Persona] = ()
    deleted: frozenset[str] = frozenset()

    @classmethod
    def of(cls, guids: Iterable[str], found: Iterable[Purpose | Persona | Policy]) -> "Change":
        """What has become of these guids: the entities found of them, and no other is live any more."""
        change = cls.adding(found)
        return replace(change, deleted=frozenset(guids) - change.given)

    @property
    def given(self) -> set[str]:
        """The guids of the entities in it."""
        return {each.guid for some in (self.purposes, self.policies, self.personas) for each in some}

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.purposes or self.policies or self.personas or self.deleted)

    @classmethod
    def adding(cls, entities: Iterable[Purpose | Persona | Policy]) -> "Change":
        purposes, policies, personas = list[Purpose](), list[Policy](), list[Persona]()
        for entity in entities:
            match entity:
                case Purpose():
                    purposes.append(entity)
                case Persona():
                    personas.append(entity)
                case _:
                    policies.append(entity)
        return cls(purposes, policies, personas)


class Sizes(NamedTuple):
    """How many live entities there are of each kind; a policy counts once, and only of category purpose."""

    purposes: int
    policies: int
    personas: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One purpose and all its policies, by name."""

    purpose: Purpose
    policies: tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything of one tenant at one moment. Immutable: `updated` gives the next one and shares what is the same.

    Questions may be about any time. They are answered the quicker the fewer schedules began or ended between it and
    `moment` (epoch seconds), at which policies were filed; so build anew now and then.
    Ordinals belong to the snapshot that gave them.
    """

    writers: Writers = field(default_factory=dict)
    moment: float = 0.0
    entries: Mapping[int, Entry] = field(default_factory=dict)
    pages: Mapping[str, Mapping[int, bytes]] = field(default_factory=dict)
    ranking: Ranking = field(default_factory=Ranking)
    naming: Naming = field(default_factory=Naming)
    families: Families = field(default_factory=Families)
    people: Personas = field(default_factory=Personas)
    recent: Recent = field(default_factory=Recent, compare=False, repr=False)

    # --- which ---

    def seen(self, subject: Subject, *, mode: Mode, now: float) -> Seen:
        """What `resolve` grants, given all evidence, without the reasons. `now` is epoch seconds."""
        seen = self.recent.at(subject, mode, now)
        if seen is None:
            found = self._listed(subject) if mode is Mode.LISTED else self._effective(subject, now)
            seen = self.recent.keep(subject, mode, found, now)
        return seen

    def _listed(self, subject: Subject) -> Seen:
        return Seen(union([posting.named for posting in self.naming.listing(subject)]))

    def _effective(self, subject: Subject, now: float) -> Seen:
        postings = self.naming.naming(subject)
        sure = union([posting.sure for posting in postings])
        likely = union([posting.likely for posting in postings])
        denied = union([posting.denied for posting in postings])
        unsettled, valid_until = edges_between(postings, self.moment, now)
        settled = (sure | (likely - denied)) - unsettled
        contested = (likely & denied) - sure | unsettled
        won = [ordinal for ordinal in contested if self._sees(ordinal, subject, now)]
        return Seen(settled | FrozenBitMap(won), valid_until)

    def _sees(self, ordinal: int, subject: Subject, now: float) -> bool:
        entry = self.entries[ordinal]
        return sees(entry.purpose, entry.policies, subject, now=now)

    # --- a page of them ---

    def page(self, seen: Seen, *, offset: int, limit: int) -> Ordinals:
        """The ordinals from `offset` on; past the end none."""
        # An array of 32-bit numbers: the quickest way out of a bitmap.
        some: array[int] = seen.ordinals[offset : offset + limit].to_array()
        return some

    def place(self, ordinal: int) -> Place:
        """Where a purpose stands in the default sort."""
        return self.ranking.keys[ordinal]

    def offset_after(self, seen: Seen, place: Place) -> int:
        """How many of them stand at or before a place of the default sort, which need not be anybody's any more."""
        value, guid = place
        if not isinstance(value, str):
            raise InvalidCursor
        last = self.ranking.last_until((value, guid))
        return 0 if last is None else seen.ordinals.rank(last)

    def written(self, ordinals: Ordinals, shape: str) -> bytes:
        """These purposes in one shape, with commas between."""
        return b",".join(map(self.pages[shape].__getitem__, ordinals))

    def purposes(self, ordinals: Iterable[int]) -> list[Purpose]:
        return [self.entries[ordinal].purpose for ordinal in ordinals]

    def grants(
        self,
        ordinals: Iterable[int],
        subject: Subject,
        *,
        mode: Mode,
        now: float,
        chains_of: ChainsOf = no_chains,
    ) -> list[Grant]:
        """These purposes with every reason for and against."""
        entries = [self.entries[ordinal] for ordinal in ordinals]
        return [
            Grant(
                entry.purpose,
                judge(entry.purpose, entry.policies, subject, mode=mode, now=now, chains_of=chains_of)[1],
            )
            for entry in entries
        ]

    def resolution(
        self, subject: Subject, *, mode: Mode, now: float, chains_of: ChainsOf = no_chains
    ) -> Resolution:
        """All at once: what `resolve` answers, given all evidence."""
        seen = self.seen(subject, mode=mode, now=now)
        grants = self.grants(seen.ordinals, subject, mode=mode, now=now, chains_of=chains_of)
        return Resolution(mode, tuple(grants), seen.valid_until)

    # --- the rest of what an index knows ---

    def entry(self, guid: str) -> Entry | None:
        ordinal = self.ranking.ordinals.get(guid)
        return None if ordinal is None else self.entries[ordinal]

    def evidence(self, subject: Subject) -> Evidence:
        """Every policy that names the subject, and their purposes; orphans apart."""
        ordinals = union([posting.named for posting in self.naming.naming(subject)])
        entries = [self.entries[ordinal] for ordinal in ordinals]
        waiting = (policy for policies in self.families.orphans.values() for policy in policies)
        return Evidence(
            purposes=tuple(entry.purpose for entry in entries),
            policies=tuple(each for entry in entries for each in entry.policies if names(each, subject)),
            orphans=tuple(policy for policy in waiting if names(policy, subject)),
        )

    def personas(
        self, subject: Subject, *, mode: Mode, chains_of: ChainsOf = no_chains
    ) -> tuple[PersonaGrant, ...]:
        return self.people.granted(subject, mode=mode, chains_of=chains_of)

    # --- how much ---

    @property
    def sizes(self) -> Sizes:
        return Sizes(len(self.entries), len(self.families.references), len(self.people.by_guid))

    @property
    def guids(self) -> set[str]:
        """Of everything: purposes, policies and personas."""
        return {*self.ranking.ordinals, *self.families.references, *self.people.by_guid}

    # --- the next one ---

    def news(self, change: Change) -> Change:
        """A change without what is here already."""
        known = self.guids if change.deleted else frozenset[str]()
        return Change(
            [each for each in change.purposes if not self._has_purpose(each)],
            self.families.news(change.policies),
            [each for each in change.personas if self.people.by_guid.get(each.guid) != each],
            change.deleted & known,
        )

    def _has_purpose(self, purpose: Purpose) -> bool:
        entry = self.entry(purpose.guid)
        return entry is not None and entry.purpose == purpose

    def updated(self, change: Change) -> "Snapshot":
        """As if built anew after the change. The work is that of the purposes it touches, and copies of the tables."""
        arriving = {purpose.guid: purpose for purpose in change.purposes}
        leaving = {
            guid: entry.purpose
            for guid in (*arriving, *change.deleted)
            if (entry := self.entry(guid)) is not None
        }
        families, parents = self.families.updated(
            leaving=leaving.values(),
            arriving=arriving.values(),
            gone=change.deleted,
            policies=change.policies,
        )
        ranking, moved = self.ranking.updated(
            placed={guid: display_order(purpose) for guid, purpose in arriving.items()},
            gone=[guid for guid in leaving if guid not in arriving],
        )
        refiled = {*leaving, *arriving, *parents}
        touched = refiled | moved
        old = {guid: self.ranking.ordinals[guid] for guid in touched if guid in self.ranking.ordinals}
        new = {guid: ranking.ordinals[guid] for guid in touched if guid in ranking.ordinals}
        before = {ordinal: self.entries[ordinal] for ordinal in old.values()}
        after = {
            ordinal: self._entry(guid, arriving, families) if guid in refiled else self.entries[old[guid]]
            for guid, ordinal in new.items()
        }
        return Snapshot(
            self.writers,
            self.moment,
            _replaced(self.entries, before, after),
            self._rewritten(arriving, old, new),
            ranking,
            self.naming.updated(before=_filed(before), after=_filed(after), moment=self.moment),
            families,
            self.people.updated(change.personas, change.deleted),
        )

    def _entry(self, guid: str, arriving: Mapping[str, Purpose], families: Families) -> Entry:
        purpose = arriving[guid] if guid in arriving else self.entries[self.ranking.ordinals[guid]].purpose
        return Entry(purpose, families.policies_of(purpose))

    def _rewritten(
        self, arriving: Mapping[str, Purpose], old: Mapping[str, int], new: Mapping[str, int]
    ) -> dict[str, Mapping[int, bytes]]:
        """The purposes in every shape, where they stand now. Only those that arrive are written."""
        pages: dict[str, Mapping[int, bytes]] = {}
        for shape, write in self.writers.items():
            known = self.pages.get(shape, {})
            after = {
                ordinal: _exact(write(arriving[guid])) if guid in arriving else known[old[guid]]
                for guid, ordinal in new.items()
            }
            pages[shape] = _replaced(known, old.values(), after)
        return pages


def _exact(written: bytes) -> bytes:
    """A copy: JSON writers hand out bytes in buffers of several times their size."""
    return bytes(memoryview(written))


def _replaced(
    table: Mapping[int, Value], gone: Iterable[int], added: Mapping[int, Value]
) -> dict[int, Value]:
    copy = dict(table)
    for ordinal in gone:
        del copy[ordinal]
    copy.update(added)
    return copy


def _filed(entries: Mapping[int, Entry]) -> list[Filed]:
    """In ascending order, so that equal postings are written alike."""
    return [(ordinal, entries[ordinal].purpose, entries[ordinal].policies) for ordinal in sorted(entries)]
