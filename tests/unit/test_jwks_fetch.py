"""One GET against a real server that misbehaves."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from purposeapp.tokens import fetch as fetching
from purposeapp.tokens.fetch import FetchFailed, fetch

OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


@contextmanager
def answering(*pieces: bytes, pause: float = 0.0) -> Iterator[tuple[str, list[bytes]]]:
    """A server's URL, and the requests that reached it; it sends `pieces` one by one to each."""
    seen: list[bytes] = []
    done = threading.Event()

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                seen.append(connection.recv(4_096))
                try:
                    for piece in pieces:
                        connection.sendall(piece)
                        done.wait(pause)
                except OSError:
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, daemon=True)
        server.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
        finally:
            done.set()
            listener.shutdown(socket.SHUT_RDWR)
    server.join(5)


def test_a_body_is_had() -> None:
    with answering(OK + b'\r\n{"keys"', b": []}", pause=0.01) as (url, seen):
        assert fetch(url) == b'{"keys": []}'
    assert len(seen) == 1


@pytest.mark.parametrize("status", ["204 No Content", "401 Unauthorized", "404 Not Found", "503 Busy"])
def test_other_statuses_fail(status: str) -> None:
    answer = f"HTTP/1.1 {status}\r\nConnection: close\r\n\r\n".encode()
    with answering(answer) as (url, _), pytest.raises(FetchFailed, match=status[:3]):
        fetch(url)


def test_redirects_are_not_followed() -> None:
    with answering(OK + b"\r\n{}") as (inside, visitors):
        redirect = f"HTTP/1.1 302 Found\r\nLocation: {inside}/secret\r\nConnection: close\r\n\r\n".encode()
        with answering(redirect) as (url, _), pytest.raises(FetchFailed, match="302"):
            fetch(url)
    assert visitors == []


def test_an_endless_body_is_cut_off() -> None:
    with answering(OK + b"\r\n", *[b"x" * 65_536] * 5) as (url, _), pytest.raises(FetchFailed, match="long"):
        fetch(url)


def test_a_body_that_drips_in_hits_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "DEADLINE", 0.2)
    with (
        answering(OK + b"\r\n", *[b"x"] * 400, pause=0.05) as (url, _),
        pytest.raises(FetchFailed, match="deadline"),
    ):
        fetch(url)


def test_a_server_that_never_answers_hits_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "DEADLINE", 0.2)
    with answering(b"", pause=20) as (url, _), pytest.raises(FetchFailed, match="TimeoutError"):
        fetch(url)


def test_nobody_there_and_nonsense_fail_alike() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}", "http://[", "http://", "http://127.0.0.1:99999/"):
        with pytest.raises(FetchFailed):
            fetch(url)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:,x", "/etc/hostname", ""])
def test_only_http_is_spoken(url: str) -> None:
    with pytest.raises(FetchFailed, match="http"):
        fetch(url)


def test_garbage_for_an_answer_fails() -> None:
    with answering(b"SSH-2.0-OpenSSH\r\n\r\n") as (url, _), pytest.raises(FetchFailed):
        fetch(url)
