"""Does a server answer? One quick question in the server's own protocol, without its driver.

A server that is starting, refuses, or is frozen does not answer: False, never an exception.
"""

import http.client
import socket
import struct
import urllib.request
from urllib.parse import urlsplit

DEADLINE_SECONDS = 2.0
POSTGRES_PROTOCOL_3 = 196608

# Loopback is asked directly, whatever proxy the machine has.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def elasticsearch(url: str) -> bool:
    """True once the node has joined a cluster with a master (`/_cluster/health`)."""
    return _is_ok(f"{url}/_cluster/health?master_timeout=1s&timeout=1s")


def keycloak(url: str) -> bool:
    """True once the master realm's discovery document is served."""
    return _is_ok(f"{url}/realms/master/.well-known/openid-configuration")


def postgres(url: str) -> bool:
    """True once connections are accepted: a start-up message is met with a question for credentials.

    Reference: PostgreSQL, "Frontend/Backend Protocol", Message Formats (StartupMessage, Authentication…).
    """
    parameters = b"user\0probe\0database\0postgres\0\0"
    message = struct.pack("!II", 8 + len(parameters), POSTGRES_PROTOCOL_3) + parameters
    return _reply(url, message) == b"R"


def redis(url: str) -> bool:
    """True once PING is met with PONG (a server that still loads its data answers with an error)."""
    return _reply(url, b"PING\r\n") == b"+"


def is_taken(port: int) -> bool:
    """True when anything listens on this loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), DEADLINE_SECONDS).close()
    except OSError:
        return False
    return True


def _is_ok(url: str) -> bool:
    try:
        with DIRECT.open(url, timeout=DEADLINE_SECONDS) as response:
            return bool(response.status == 200)
    except (OSError, http.client.HTTPException):
        return False


def _reply(url: str, message: bytes) -> bytes:
    """The first byte of the answer, or none."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname, parts.port), DEADLINE_SECONDS) as connection:
            connection.sendall(message)
            return connection.recv(1)
    except OSError:
        return b""
