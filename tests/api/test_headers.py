"""What every answer carries besides its body."""

from collections.abc import Callable

import pytest

from tests.conftest import Served
from tests.world import person

ANA = person("ana", "eng")


@pytest.mark.parametrize("path", ["/api/service/whoami", "/whoami", "/healthz/live", "/api/nothing"])
def test_what_is_no_page_may_load_nothing_and_be_framed_nowhere(
    serve: Callable[..., Served], path: str
) -> None:
    answer = serve([ANA]).get(path, as_="ana")
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


def test_programs_get_no_cookie_and_theirs_are_not_looked_at(serve: Callable[..., Served]) -> None:
    served = serve([ANA])
    answer = served.get("/whoami", as_="ana", Cookie="sessionid=made-up; messages=made-up")
    assert (answer.status_code, answer.cookies) == (200, {})
    assert "Cookie" not in answer["Vary"]


def test_a_page_with_a_form_still_wants_its_token(serve: Callable[..., Served]) -> None:
    served = serve([ANA])
    served.client.handler.enforce_csrf_checks = True
    assert "csrftoken" in served.get("/sign-in/").cookies
    assert served.client.post("/sign-in/", {"username": "root"}).status_code == 403
