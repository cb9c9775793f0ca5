"""Two processes follow Elasticsearch and Keycloak: what changes there is soon in the answers of both, whatever happens to
the processes and to Redis; and what an answer says was true a moment ago, or there is none."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

import pytest
from redis import Redis as RedisClient

from deploy.native.daemon import wait_until
from deploy.native.redis import Redis
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import create_index
from tests import world
from tests.servers import KeycloakAdmin, fresh_index, need, redis_server, servers, sources
from tests.services.realm import fresh_realm
from tests.services.service import Service, running_service

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("following")]

PURPOSES, PERSONAS = "/api/meta/purposes/accessible", "/api/meta/personas/accessible"
PATIENCE = 10.0
"""Seconds until a change must show, on a machine that is busy with other things."""

TAKEN_OVER = 15.0


@dataclass
class Deployment:
    """Two processes that share an index, a realm and a Redis. Ana's groups and purposes are what changes."""

    processes: list[Service]
    tokens: list[str]
    keycloak: KeycloakAdmin
    realm: str
    ana: str
    redis: Redis
    client: Any
    index: str

    def write(self, *documents: Any) -> None:
        for each in documents:
            self.client.index(index=self.index, id=each["__guid"], document=each, refresh="true")

    def sees(self, number: int) -> set[str]:
        response = self.processes[number].get(PURPOSES, self.tokens[number])
        assert response.status_code == 200, response.text
        return {each["name"] for each in response.json()["purposes"]}

    def all_see(self, *names: str, within: float = PATIENCE) -> bool:
        return wait_until(lambda: all(self.sees(number) == set(names) for number in (0, 1)), within)

    def followed(self, number: int) -> dict[str, str]:
        dependencies = self.processes[number].get("/healthz/ready").json()["dependencies"]
        return {each["name"]: each["detail"] for each in dependencies if each["name"].endswith("/changes")}

    def leads(self, number: int, what: str) -> bool:
        return self.followed(number).get(f"default/{what}/changes") == "followed for all processes"

    def leader(self, what: str = "policies") -> int:
        found: list[int] = []

        def is_found() -> bool:
            found[:] = [number for number in (0, 1) if self.leads(number, what)]
            return len(found) == 1

        assert wait_until(is_found, TAKEN_OVER)
        return found[0]


SALES = world.purpose("Sales")
TO_ANA = world.policy("read", on=SALES, users=["ana"])


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    keycloak = KeycloakAdmin.connect()
    with ExitStack() as stack:
        index = stack.enter_context(fresh_index(need("elasticsearch")))
        client = stack.enter_context(open_client(servers().elasticsearch_url, request_timeout=30))
        create_index(client, index)
        realm = stack.enter_context(
            fresh_realm(keycloak, adminEventsEnabled=True, users=[{"username": "ana", "enabled": True}])
        )
        redis = stack.enter_context(redis_server())
        settings = {
            **sources(index, realm),
            "REDIS_URL": redis.url,
        }
        processes = [stack.enter_context(running_service(**settings)) for _ in range(2)]
        tokens = [each.manage("token", "ana", "--lifetime", "3600") for each in processes]
        ana = keycloak.get(f"{realm}/users", username="ana")[0]["id"]
        yield Deployment(processes, tokens, keycloak, realm, ana, redis, client, index)


def test_what_changes_at_the_sources_shows_in_both_processes(deployment: Deployment) -> None:
    deployment.write(SALES, TO_ANA)
    assert deployment.all_see("Sales")
    deployment.leader("policies")
    deployment.leader("directory")

    deployment.write({**SALES, "name": "Selling", "displayName": "Selling"})
    assert deployment.all_see("Selling")

    risk = world.purpose("Risk")
    deployment.write(risk, world.policy("by group", on=risk, groups=["eng"]))
    group = deployment.keycloak.post(f"{deployment.realm}/groups", {"name": "eng"})
    deployment.keycloak.put(f"{deployment.realm}/users/{deployment.ana}/groups/{group}")
    assert deployment.all_see("Selling", "Risk")

    deployment.keycloak.delete(f"{deployment.realm}/users/{deployment.ana}/groups/{group}")
    assert deployment.all_see("Selling")

    deployment.client.delete(index=deployment.index, id=TO_ANA["__guid"], refresh="true")
    assert deployment.all_see()


def test_without_redis_each_process_follows_by_itself(deployment: Deployment) -> None:
    deployment.write(SALES, TO_ANA)
    assert deployment.all_see("Sales")
    names = iter(["after a flush", "frozen", "stopped", "back"])

    def rename() -> Callable[[], bool]:
        name = next(names)
        deployment.write({**SALES, "name": name, "displayName": name})
        return lambda: deployment.all_see(name)

    with closing(RedisClient.from_url(deployment.redis.url)) as client:
        client.flushall()
    assert rename()()
    deployment.redis.daemon.freeze()
    assert rename()()
    deployment.redis.daemon.thaw()
    deployment.redis.daemon.stop()
    assert rename()()
    deployment.redis.start()
    assert rename()()
    deployment.leader()


@pytest.mark.parametrize("frozen", ["the leader", "the other"])
def test_a_process_that_was_frozen_never_answers_with_what_was_before(
    deployment: Deployment, frozen: str
) -> None:
    deployment.write(SALES, TO_ANA)
    assert deployment.all_see("Sales")
    leader = deployment.leader()
    asleep = leader if frozen == "the leader" else 1 - leader
    deployment.processes[asleep].signal(signal.SIGSTOP)
    try:
        deployment.write({**SALES, "name": "Selling", "displayName": "Selling"})
        assert wait_until(lambda: deployment.sees(1 - asleep) == {"Selling"}, PATIENCE)
        time.sleep(3)  # longer than anything may be behind its source
    finally:
        deployment.processes[asleep].signal(signal.SIGCONT)
    for _ in range(50):
        assert deployment.sees(asleep) == {"Selling"}
        assert deployment.sees(1 - asleep) == {"Selling"}


def test_at_last_the_leader_is_killed_and_the_other_process_takes_over(deployment: Deployment) -> None:
    deployment.write(SALES, TO_ANA)
    assert deployment.all_see("Sales")
    leader = deployment.leader()
    deployment.processes[leader].signal(signal.SIGKILL)
    other = 1 - leader
    deployment.write({**SALES, "name": "Selling", "displayName": "Selling"})
    assert wait_until(lambda: deployment.sees(other) == {"Selling"}, PATIENCE)
    assert wait_until(lambda: deployment.leads(other, "policies"), TAKEN_OVER)
