"""Makes the demo realm through Keycloak's REST interface."""

import json
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from purposeapp.demo.errors import LoadFailed, NotTheDemo
from purposeapp.demo.realm import MARK, realm_json

SECONDS = 120
"""For one request: an import hashes a password for every user."""


def replace_realm(url: str, username: str, password: str, realm: str) -> None:
    """Import the company as `realm`, in place of an earlier import.

    Raises NotTheDemo when a realm of that name was not made here, LoadFailed when Keycloak refuses.
    """
    api = _Api(url, username, password)
    found = api.call("GET", f"/admin/realms/{quote(realm)}", accept=(200, 404))
    if found is not None:
        if found.get("attributes", {}).get(MARK) != "true":
            raise NotTheDemo(f"The realm {realm} exists and was not made by the demo; give another name")
        api.call("DELETE", f"/admin/realms/{quote(realm)}", accept=(204,))
    api.call("POST", "/admin/realms", realm_json(realm), accept=(201,))


class _Api:
    """Keycloak's admin interface, with a token of the realm `master`."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self._url = urlsplit(url)
        form = {
            "grant_type": "password",
            "client_id": "admin-cli",
            "username": username,
            "password": password,
        }
        path = "/realms/master/protocol/openid-connect/token"
        granted = self._send(
            "POST",
            path,
            urlencode(form),
            {"Content-Type": "application/x-www-form-urlencoded"},
            accept=(200,),
        )
        self._headers = {
            "Authorization": f"Bearer {granted['access_token']}",
            "Content-Type": "application/json",
        }

    def call(self, method: str, path: str, body: Any = None, *, accept: tuple[int, ...]) -> Any:
        """The JSON of the answer; None when there is none, or for 404 where that is accepted."""
        return self._send(method, path, json.dumps(body) if body else None, self._headers, accept=accept)

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str], *, accept: tuple[int, ...]
    ) -> Any:
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        connection = kind(self._url.netloc, timeout=SECONDS)
        try:
            connection.request(method, self._url.path.rstrip("/") + path, body, headers)
            return _answer(connection.getresponse(), f"{method} {path}", accept)
        except OSError as error:
            raise LoadFailed(f"Keycloak at {self._url.netloc} cannot be reached") from error
        finally:
            connection.close()


def _answer(response: HTTPResponse, request: str, accept: tuple[int, ...]) -> Any:
    content = response.read()
    if response.status not in accept:
        raise LoadFailed(f"Keycloak answered {request} with {response.status}: {content[:300]!r}")
    return json.loads(content) if content and response.status != 404 else None
