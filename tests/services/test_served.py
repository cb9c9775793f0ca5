"""The service as it is served: what only shows behind the real server."""

from collections.abc import Iterator

import pytest

from tests.services.service import Service, running_service

MAKE_ANA = "from django.contrib.auth.models import User; User.objects.create(username='ana')"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        running.manage("shell", "--verbosity", "0", "-c", MAKE_ANA)
        yield running


def test_a_request_s_body_is_read(service: Service) -> None:
    """Granian's `receive` returns no coroutine: behind a bridge that insists on one, every POST was a 500."""
    body = {"username": "ana", "groups": [], "limit": 7}
    answer = service.post("/api/meta/purposes/user", body, service.manage("token", "ana"))
    assert (answer.status_code, answer.json()["totalCount"]) == (200, 0)
