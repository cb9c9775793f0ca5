"""The errors of the product, each with a stable code; none of them knows HTTP.

    AccessError
    ├── InvalidRequest          the question is wrong; the message says the cure
    │   └── InvalidCursor       a cursor that is forged, stale, or of another question
    ├── InvalidToken            no proof of who is asking (one public face, the reason is for the log)
    ├── Forbidden               we know who is asking, and they may not
    ├── UnknownUser             the directory has nobody of that name
    ├── Conflict                not as things stand now: something is under way, or not there yet
    ├── UnknownEntity           the tenant has no live purpose or persona of that guid
    └── Unavailable             "could not tell": never to be shown as "no access"
        ├── PoliciesUnavailable     the policy index failed, timed out or answered only in part
        │   └── PoliciesMisconfigured   … and will until an operator acts
        ├── DirectoryUnavailable    the directory failed or timed out
        ├── KeysUnavailable         a token's key cannot be had just now
        └── AuditUnavailable        a look at somebody else could not be recorded, so it is not given

Messages are written for the caller: they never carry a driver's text, a secret or a token.
"""

from collections.abc import Iterable, Mapping

from purposeapp.domain.phrase import Phrase, Quoted

_KINDS: Mapping[str, Phrase] = {
    each: each for each in (Phrase("purpose"), Phrase("persona"), Phrase("policy"), Phrase("group"))
}
"""By its own name, each kind of entity that there is."""


class AccessError(Exception):
    """Base of everything the product raises on purpose.

    `code` is stable and machine-readable; `str(error)` is a sentence for the caller.
    """

    code = "access_error"


class InvalidRequest(AccessError):
    """The question cannot be answered as asked. `fields` maps a parameter's name to what is wrong with it."""

    code = "invalid_request"

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class InvalidCursor(InvalidRequest):
    """A page cursor that we did not sign, or that was signed for another question."""

    code = "invalid_cursor"

    def __init__(self) -> None:
        message = Phrase("cursor is not valid for this question; start again without a cursor")
        super().__init__(message, fields={"cursor": message})


class InvalidToken(AccessError):
    """No acceptable proof of who is asking.

    All failures look the same to the caller. `reason` is a short code for the log and for metrics
    (for example `expired`, `wrong_audience`); it never holds any part of the token.
    """

    code = "unauthenticated"

    def __init__(self, reason: str) -> None:
        super().__init__("A valid bearer token is required")
        self.reason = reason


class Forbidden(AccessError):
    """The caller is known and may not ask this."""

    code = "forbidden"


class Conflict(AccessError):
    """What is asked for does not go together with how things stand now; the message says what to wait for or to end."""

    code = "conflict"


class UnknownUser(AccessError):
    """The directory of this tenant has nobody of that name."""

    code = "unknown_user"

    def __init__(self, username: str) -> None:
        super().__init__(Phrase("The directory knows no user %(name)s", name=Quoted(username)))
        self.username = username


class UnknownEntity(AccessError):
    """The tenant has no ACTIVE entity of that kind and guid. `kind` is `purpose`, `persona` or `policy`."""

    def __init__(self, kind: str, guid: str) -> None:
        super().__init__(
            Phrase("There is no %(kind)s of guid %(guid)s", kind=_KINDS.get(kind, kind), guid=Quoted(guid))
        )
        self.code = f"unknown_{kind}"
        self.guid = guid


class Unavailable(AccessError):
    """A source could not answer completely and in time, so there is no answer.

    `source` names it for operators (`policies`, `directory`, …); `retry_after` is in seconds.
    The driver's own error belongs in `__cause__`, for the log only.
    """

    code = "unavailable"
    source = Phrase("source")

    def __init__(self, message: str | None = None, *, retry_after: int = 2) -> None:
        super().__init__(
            message or Phrase("The %(source)s cannot answer just now; try again", source=self.source)
        )
        self.retry_after = retry_after


class PoliciesUnavailable(Unavailable):
    """The policy index failed, timed out or answered only in part."""

    source = Phrase("policies")


class PoliciesMisconfigured(PoliciesUnavailable):
    """The policy index cannot answer until an operator acts.

    `problems` are sentences for the operator (log, start-up check), each with its cure; the caller sees none of them.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__(retry_after=30)
        self.problems = tuple(problems)


class DirectoryUnavailable(Unavailable):
    """The directory failed or timed out."""

    source = Phrase("directory")


class KeysUnavailable(Unavailable):
    """The key that would verify this token cannot be fetched just now."""

    source = Phrase("signing keys")


class AuditUnavailable(Unavailable):
    """The look at somebody else's access could not be recorded."""

    source = Phrase("audit trail")
