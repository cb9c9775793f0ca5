"""What is new among the people kept here, by the rows that every write leaves (`models.change`)."""

from collections.abc import Callable
from time import monotonic

from django.contrib.auth.models import Group, User

from purposeapp.directory.base import DirectoryChanges
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.models import GroupNesting, Role, TenantUser
from purposeapp.models.change import ChangeKind, ChangeReader
from purposeapp.models.failures import database_failures_as

_COUNTED = (
    *(User, User.groups.through, TenantUser, Group, GroupNesting),
    *(Role, Role.users.through, Role.groups.through, Role.composites.through),
)


class DjangoTail:
    """Follows the people of one tenant; see the port."""

    def __init__(self, tenant: str, *, clock: Callable[[], float] = monotonic) -> None:
        self._reader = ChangeReader(tenant, ChangeKind.PEOPLE, _counts, clock=clock)
        self._clock = clock

    def poll(self) -> DirectoryChanges:
        as_of = self._clock()
        with database_failures_as(DirectoryUnavailable):
            written = self._reader.read()
        return DirectoryChanges(as_of, written or frozenset(), everything=written is None)


def _counts() -> object:
    """How much there is: of all tenants, as groups and users are shared."""
    return [model._default_manager.count() for model in _COUNTED]
