"""Who asks, where that is known already, and what follows from who they are."""

from collections.abc import Callable
from functools import cached_property

from purposeapp.api import shapes
from purposeapp.api.answers import Answer, answer
from purposeapp.api.legacy import UserPurposesRequest
from purposeapp.discovery.asking import Asked, Caller, caller_as
from purposeapp.discovery.whoami import whoami
from purposeapp.domain.model import Person
from purposeapp.domain.revision import Revision
from purposeapp.edge.given import GivenAnswers
from purposeapp.edge.request import PassOn
from purposeapp.wiring import TenantServices, known_tenants, token_verifier

MOST = 4_096
"""Callers for whom something is kept ready, at some ten KiB each."""


class KnownCaller:
    """A caller, and what is the same for them at every question: good as long as the directory gives the same person.

    `given` is what was answered to all callers, and `mark` stands for this one there.
    """

    def __init__(self, caller: Caller, auditor_role: str, given: GivenAnswers) -> None:
        self.caller = caller
        self.auditor_role = auditor_role
        self.given = given
        self.mark = object()
        self._whoami: tuple[Revision, Answer] | None = None
        self._question: tuple[bytes, UserPurposesRequest, Asked] | None = None

    @cached_property
    def themselves(self) -> Asked:
        return Asked(self.caller.person.subject, self.caller.person)

    def whoami(self, revision: Revision) -> Answer:
        if self._whoami is None or self._whoami[0] != revision:
            body = shapes.whoami(whoami(self.caller.person))
            self._whoami = revision, answer(body, revision=revision)
        return self._whoami[1]

    def question(
        self, body: bytes, read: Callable[[bytes], tuple[UserPurposesRequest, Asked]]
    ) -> tuple[UserPurposesRequest, Asked]:
        """What `read` makes of a body; a client sends the same one again and again."""
        if self._question is None or self._question[0] != body:
            self._question = body, *read(body)
        return self._question[1:]


class KnownCallers:
    """The callers of all tenants. To be used from one thread."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._known: dict[tuple[str, str], KnownCaller] = {}
        self._given = GivenAnswers()

    def of(self, token: str, *, now: float) -> tuple[TenantServices, KnownCaller]:
        """Raises PassOn where anything would have to be asked or verified first, and for everybody who is refused."""
        tenants = known_tenants()
        if tenants is None:
            raise PassOn
        claims = token_verifier().recall(token, now=now, issuer_of=tenants.trusted_issuer)
        tenant = tenants.by_issuer(claims.issuer) if claims else None
        person = tenant.directory.peek_by_id(claims.subject) if claims and tenant else None
        if tenant is None or person is None:
            raise PassOn
        return tenant, self._caller(tenant, person)

    def _caller(self, tenant: TenantServices, person: Person) -> KnownCaller:
        key, role = (tenant.slug, person.id), tenant.auditor_role
        known = self._known.get(key)
        if known is None or known.caller.person is not person or known.auditor_role != role:
            known = KnownCaller(caller_as(person, auditor_role=role), role, self._given)
            self._known.pop(key, None)
            if len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            self._known[key] = known
        return known
