"""The service as it is served: what only shows behind the real server."""

import socket
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from cramjam import brotli, zstd

from tests.services.service import Service, running_service

MAKE_ANA = "from django.contrib.auth.models import User; User.objects.create(username='ana')"
UNDO = {
    "gzip": lambda content: zlib.decompress(content, wbits=31),
    "br": lambda content: bytes(brotli.decompress(content)),
    "zstd": lambda content: bytes(zstd.decompress(content)),
}


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


def test_the_edge_and_django_say_the_same(service: Service) -> None:
    """Naming the default consistency is unusual enough to be passed on."""
    token = service.manage("token", "ana")
    for path in ("/whoami", "/api/meta/purposes/accessible"):
        usual, passed_on = (
            [service.get(f"{path}{query}", token) for _ in range(5)] for query in ("", "?consistency=fast")
        )
        assert {answer.status_code for answer in (*usual, *passed_on)} == {200}
        assert len({_without_time(answer) for answer in (*usual, *passed_on)}) == 1


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_long_answers_are_compressed_as_the_client_likes(service: Service, encoding: str) -> None:
    schema = {"url": "/api/schema/?format=json", "headers": {"Accept-Encoding": encoding}}
    with service.http.stream("GET", **schema) as answer:
        packed = b"".join(answer.iter_raw())
    plain = service.http.get(schema["url"], headers={"Accept-Encoding": "identity"})
    assert answer.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert int(answer.headers["Content-Length"]) == len(packed) < len(plain.content)
    assert UNDO[encoding](packed) == plain.content


def test_a_query_as_people_type_it(service: Service) -> None:
    """curl sends what it is given; the bridge fails on bytes beyond ASCII."""
    query = "GET /api/meta/purposes/accessible?q=Zoë HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    assert _raw(service, f"{query}Authorization: Bearer {service.manage('token', 'ana')}\r\n\r\n") == 200


def test_a_header_that_looks_like_another_is_not_it(service: Service) -> None:
    asked = {"X_Request_Id": "lookalike", "Authorization": f"Bearer {service.manage('token', 'ana')}"}
    assert service.http.get("/whoami", headers=asked).headers["X-Request-Id"] != "lookalike"


def _without_time(answer: httpx.Response) -> tuple[object, ...]:
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id")}
    return (answer.content, *sorted(headers.items()))


def _raw(service: Service, request: str) -> int:
    """The status of the answer to a request that no client library would send."""
    parts = urlsplit(service.url)
    with socket.create_connection((parts.hostname, parts.port), 10) as connection:
        connection.sendall(request.encode())
        return int(connection.makefile("rb").readline().split()[1])
