"""Which personas a person has."""

from dataclasses import dataclass

from purposeapp.discovery.asking import Asked
from purposeapp.discovery.revision import revision_of
from purposeapp.discovery.words import mentions
from purposeapp.domain.model import Mode, PersonaGrant
from purposeapp.domain.page import Page, Place, Sort, by_keyset
from purposeapp.domain.resolve import no_chains, resolve_personas
from purposeapp.policyindex.base import PolicyIndex


@dataclass(frozen=True, slots=True)
class PersonaPage:
    page: Page[PersonaGrant]
    revision: str


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
) -> PersonaPage:
    """Either mode by cursor. A disabled person has none in effective mode."""
    grants = persona_grants(asked, mode=mode, policies=policies, with_reasons=with_reasons)
    kept = [grant for grant in grants if mentions(grant.persona, words)]
    page = by_keyset(kept, sort=sort, after=after, limit=limit, key=lambda grant: grant.persona)
    return PersonaPage(page, revision_of(asked.subject, [grant.persona for grant in grants]))


def persona_grants(
    asked: Asked, *, mode: Mode, policies: PolicyIndex, with_reasons: bool = False
) -> tuple[PersonaGrant, ...]:
    """All of them, in display order."""
    if mode is Mode.EFFECTIVE and asked.disabled:
        return ()
    chains_of = asked.chains_of if with_reasons else no_chains
    return resolve_personas(policies.personas(asked.subject), asked.subject, mode=mode, chains_of=chains_of)
