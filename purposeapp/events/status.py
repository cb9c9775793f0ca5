"""What operators see of a follower."""

from dataclasses import dataclass

from purposeapp.domain.snapshot import Sizes


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source. `age` is how many seconds ago it was last known what it has (None: it is not known now, or never was).

    `error` says why the last poll failed, `warning` what keeps changes from being seen in time, with the cure. `is_leading`:
    this process polls for all.
    """

    revision: int
    age: float | None
    is_leading: bool = False
    error: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class FollowerStatus:
    """One tenant in this process. `sizes` is how much the snapshot holds; `directory` is None where nothing of it is kept."""

    tenant: str
    is_running: bool
    policies: SourceStatus
    directory: SourceStatus | None
    sizes: Sizes | None
