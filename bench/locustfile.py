"""Mixed load on a running service: programs that ask for purposes, personas and whoami, and people who read pages.

    make mixed-load LOAD="--host http://127.0.0.1:8000 --users 50 --spawn-rate 10 --run-time 1m"

In the environment: TOKENS, a file with one bearer token a line (`manage.py token nadia.rahman`), of as many people as there
are to be; STAFF, `username:password` of somebody who may sign in and look at others (without it nobody reads pages); and
PEOPLE, usernames to look up, with commas between.
"""

import os
from itertools import cycle
from pathlib import Path
from random import choice

from locust import HttpUser, between, task

_TOKENS = cycle(Path(os.environ["TOKENS"]).read_text("ascii").split())
_STAFF = os.environ.get("STAFF", "")
_PEOPLE = os.environ.get("PEOPLE", "nadia.rahman").split(",")


class Program(HttpUser):
    """Asks on behalf of one person, a few times a second."""

    weight = 9
    wait_time = between(0.05, 0.5)

    def on_start(self) -> None:
        self.client.headers["Authorization"] = f"Bearer {next(_TOKENS)}"

    @task(10)
    def purposes(self) -> None:
        self.client.get("/api/meta/purposes/accessible", params={"limit": "100"}, name="purposes")

    @task(4)
    def whoami(self) -> None:
        self.client.get("/api/service/whoami", name="whoami")

    @task(2)
    def personas(self) -> None:
        self.client.get("/api/meta/personas/accessible", name="personas")


class Reader(HttpUser):
    """Signs in, then reads pages about others, as fast as one can read."""

    abstract = not _STAFF
    weight = 1
    wait_time = between(1, 5)

    def on_start(self) -> None:
        username, _, password = _STAFF.partition(":")
        self.client.get("/sign-in/", name="page: sign in")
        form = {
            "username": username,
            "password": password,
            "csrfmiddlewaretoken": self.client.cookies["csrftoken"],
        }
        self.client.post("/sign-in/", data=form, headers={"Referer": self.host or ""}, name="page: sign in")

    @task
    def home(self) -> None:
        self.client.get("/", name="page: home")

    @task(2)
    def find(self) -> None:
        self.client.get("/find/", params={"q": choice(_PEOPLE)[:3]}, name="page: find")

    @task(4)
    def person(self) -> None:
        self.client.get("/person/", params={"username": choice(_PEOPLE)}, name="page: person")
