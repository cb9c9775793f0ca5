"""The page of a user, as somebody reads it who has signed in."""

import re
from collections.abc import Sequence
from functools import partial
from http.cookiejar import CookieJar
from secrets import token_urlsafe
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

from bench.access.figures import Figure
from bench.clients import Connection, ask_all
from bench.oracle import EFFECTIVE, LISTED
from bench.people import User
from bench.service import Service
from bench.truth import Reply, Truth, fault_of_status

READER = "bench-reader"
_MAKE_READER = """
from django.contrib.auth.models import User
reader, _ = User.objects.get_or_create(username={name!r}, is_staff=True, is_superuser=True)
reader.set_password({password!r})
reader.save()
"""
_COUNT = re.compile(rb'<span class="badge( yes)?">(\d+) ')


def persons(service: Service, users: Sequence[User], truth: Truth) -> Figure:
    """The page of each user: both modes beside each other, with reasons."""
    found = ask_all(service.url, users, partial(_page, _signed_in(service)), clients=1)
    return Figure.of(
        "a user's page",
        [each.seconds for each in found],
        [_fault(truth, each.question, each.answer) for each in found],
    )


def _signed_in(service: Service) -> str:
    """The line of a request's head that has the session of somebody who may look at everything."""
    password, jar = token_urlsafe(), CookieJar()
    service.manage("shell", "--no-imports", "--command", _MAKE_READER.format(name=READER, password=password))
    opener, address = build_opener(ProxyHandler({}), HTTPCookieProcessor(jar)), f"{service.url}/sign-in/"
    opener.open(address).read()
    token = next(each.value for each in jar if each.name == "csrftoken")
    form = {"username": READER, "password": password, "csrfmiddlewaretoken": token}
    opener.open(address, urlencode(form).encode()).read()
    if not any(each.name == "sessionid" for each in jar):
        raise SystemExit(f"{address} did not let the reader in")
    return f"Cookie: {'; '.join(f'{each.name}={each.value}' for each in jar)}\r\n"


def _page(cookies: str, connection: Connection, user: User) -> Reply:
    return Reply(*connection.ask("GET", f"/person/?username={user.username}", headers=cookies))


def _fault(truth: Truth, user: User, reply: Reply) -> str | None:
    """The two numbers at the head of the page: how many purposes are effective, and how many listed."""
    if fault := fault_of_status(reply):
        return fault
    told = [int(count) for _, count in _COUNT.findall(reply.content)][:2]
    right = [len(truth.purposes(user, mode)) for mode in (EFFECTIVE, LISTED)]
    return None if told == right else "count"
