"""Which addresses are for programs and which for browsers."""

_PROGRAMS = ("/api/", "/access/v1/", "/.well-known/", "/whoami", "/healthz/")
_PAGES_AMONG_THEM = ("/api/docs/",)


def for_programs(path: str) -> bool:
    """Whether answers at this address are JSON, errors too. No cookie, form or script ever counts there."""
    return path.startswith(_PROGRAMS) and not path.startswith(_PAGES_AMONG_THEM)
