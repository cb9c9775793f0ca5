"""Policies without a purpose grant nothing; an operator should know that they are there."""

import logging
from collections.abc import Iterable
from functools import lru_cache

from purposeapp.domain.model import Policy

log = logging.getLogger(__name__)


def report(orphans: Iterable[Policy]) -> None:
    """Write to the log which policies belong to no purpose: each set of them once in a process."""
    _report(tuple(sorted(policy.guid for policy in orphans)))


@lru_cache(maxsize=1024)
def _report(guids: tuple[str, ...]) -> None:
    if guids:
        log.warning(
            "policies belong to no purpose that is there", extra={"policies": guids[:20], "count": len(guids)}
        )
