"""Which personas a person has."""

from purposeapp.discovery.asking import Asked
from purposeapp.discovery.words import mentions
from purposeapp.domain.model import Mode, PersonaGrant
from purposeapp.domain.page import Page, Place, Sort, by_keyset
from purposeapp.domain.resolve import no_chains, resolve_personas
from purposeapp.policyindex.base import PolicyIndex


def accessible_personas(
    asked: Asked,
    *,
    mode: Mode,
    policies: PolicyIndex,
    sort: Sort,
    after: Place | None,
    limit: int,
    words: str = "",
    with_reasons: bool = False,
) -> Page[PersonaGrant]:
    """Either mode by cursor. A disabled person has none in effective mode."""
    grants = persona_grants(asked, mode=mode, policies=policies, with_reasons=with_reasons)
    kept = [grant for grant in grants if mentions(grant.persona, words)]
    return by_keyset(kept, sort=sort, after=after, limit=limit, key=lambda grant: grant.persona)


def persona_grants(
    asked: Asked, *, mode: Mode, policies: PolicyIndex, with_reasons: bool = False
) -> tuple[PersonaGrant, ...]:
    """All of them, in display order."""
    if mode is Mode.EFFECTIVE and asked.disabled:
        return ()
    chains_of = asked.chains_of if with_reasons else no_chains
    snapshot = policies.snapshot()
    if snapshot is not None:
        return snapshot.personas(asked.subject, mode=mode, chains_of=chains_of)
    return resolve_personas(policies.personas(asked.subject), asked.subject, mode=mode, chains_of=chains_of)
