"""A member as bytes: the same comes back, and nothing that was not written here."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purposeapp.directory.cached.codec import Codec
from purposeapp.directory.cached.table import Table
from purposeapp.domain.realm import MEMBER_ATTRIBUTES, Member

GROUPS = tuple(f"group {number}" for number in range(300))
ROLES = tuple(f"role {number}" for number in range(300))
TABLE = Table(tuple(sorted(GROUPS)), tuple(sorted(ROLES)))
CODEC = Codec(b"a secret of some length", b"acme")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
members = st.builds(
    Member,
    id=st.one_of(st.uuids().map(str), st.uuids().map(lambda id_: str(id_).upper()), texts),
    username=texts,
    enabled=st.booleans(),
    groups=st.lists(st.sampled_from(GROUPS), unique=True).map(tuple),
    roles=st.lists(st.sampled_from(ROLES), unique=True).map(tuple),
    attributes=st.dictionaries(st.sampled_from(MEMBER_ATTRIBUTES), st.lists(texts, max_size=3).map(tuple)),
    may_view_any_access=st.booleans(),
)
moments = st.integers(0, 2**32 - 1)
ANA = Member("7b0c9f5e-1f8b-4a58-9f0e-0d6d5d1c2b3a", "ana", groups=GROUPS[:50], roles=ROLES[:20])


def tables(*known):
    return {table.fingerprint: table for table in known}.get


def same(one, other):
    def facts(member):
        return replace(member, groups=(), roles=()), set(member.groups), set(member.roles)

    return facts(one) == facts(other)


@given(members, moments)
def test_what_was_written_comes_back(member, moment):
    found, at = CODEC.decode(CODEC.encode(member, TABLE, moment), tables(TABLE))
    assert same(found, member)
    assert at == moment


@given(members, st.data())
def test_one_changed_bit_is_refused(member, data):
    written = bytearray(CODEC.encode(member, TABLE, 1))
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] ^= 1 << data.draw(st.integers(0, 7))
    assert CODEC.decode(bytes(written), tables(TABLE)) is None


@given(st.binary(max_size=200))
def test_anything_else_is_refused(data):
    assert CODEC.decode(data, lambda _: TABLE) is None


@pytest.mark.parametrize("length", [0, 1, 16, 30, 60])
def test_what_was_cut_short_is_refused(length):
    assert CODEC.decode(CODEC.encode(ANA, TABLE, 1)[:length], tables(TABLE)) is None


def test_another_tenant_or_another_secret_refuses_it():
    written = CODEC.encode(ANA, TABLE, 1)
    for other in (Codec(b"a secret of some length", b"acme2"), Codec(b"another secret", b"acme")):
        assert other.decode(written, tables(TABLE)) is None


def test_a_table_that_lies_about_its_numbers_is_refused():
    swapped = Table((TABLE.groups[1], TABLE.groups[0], *TABLE.groups[2:]), TABLE.roles)
    written = CODEC.encode(replace(ANA, groups=(TABLE.groups[0],)), TABLE, 1)
    assert CODEC.decode(written, lambda _: swapped) is None
    assert CODEC.decode(written, lambda _: Table((), ())) is None


def test_a_group_that_is_not_in_the_table_cannot_be_written():
    assert CODEC.encode(replace(ANA, groups=("new",)), TABLE, 1) is None
    assert CODEC.encode(replace(ANA, roles=(GROUPS[0],)), TABLE, 1) is None


def test_what_no_place_is_left_for_is_not_written():
    assert CODEC.encode(replace(ANA, username="a" * 70_000), TABLE, 1) is None
    assert CODEC.encode(replace(ANA, username="\ud800"), TABLE, 1) is None
    assert CODEC.encode(ANA, TABLE, 2**32) is None


def test_a_member_of_fifty_groups_with_twenty_roles_takes_less_than_two_hundred_bytes():
    table = Table(
        tuple(sorted(str(UUID(int=(7**30 * number) % 2**128)) for number in range(2000))),
        tuple(sorted(str(UUID(int=(5**40 * number) % 2**128)) for number in range(300))),
    )
    member = replace(
        ANA, groups=table.groups[::40], roles=table.roles[::15], attributes={"designation": ("Analyst",)}
    )
    assert (len(member.groups), len(member.roles)) == (50, 20)
    assert len(CODEC.encode(member, table, 1)) < 200


def test_a_table_is_known_by_its_content():
    assert Table.unpack(TABLE.pack(), TABLE.fingerprint) == TABLE
    other = Table(TABLE.groups[1:], TABLE.roles)
    assert Table.unpack(other.pack(), TABLE.fingerprint) is None
    for garbage in (b"", b"garbage", TABLE.pack()[:-9]):
        assert Table.unpack(garbage, TABLE.fingerprint) is None
