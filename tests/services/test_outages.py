"""What callers see when a source stops, and that the service recovers by itself: the running service, real servers."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from deploy.native.daemon import wait_until
from deploy.native.elasticsearch import ElasticsearchNode
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import bulk_load, create_index
from tests import world
from tests.servers import elasticsearch_cluster
from tests.services.keycloak_copy import KeycloakCopy, keycloak_copy
from tests.services.service import Service, running_service

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("outages")]

PURPOSES = "/api/meta/purposes/accessible"
USER_PURPOSES = "/api/meta/purposes/user"
DEADLINE = 2.5
PATIENCE = 15.0


@dataclass(frozen=True)
class Deployment:
    service: Service
    node: ElasticsearchNode
    keycloak: KeycloakCopy
    token: str


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    with elasticsearch_cluster(nodes=1) as (node,), keycloak_copy() as keycloak:
        client = open_client(node.url, request_timeout=30)
        create_index(client, "atlas")
        churn = world.purpose("Churn")
        bulk_load(client, "atlas", [churn, world.policy("read", on=churn, users=["user-1"])])
        settings = {
            "ELASTICSEARCH_URL": node.url,
            "ELASTICSEARCH_INDEX": "atlas",
            "KEYCLOAK_DATABASE_URL": keycloak.reader_url,
            "KEYCLOAK_REALM": "acme",
        }
        with running_service(**settings) as service:
            yield Deployment(service, node, keycloak, service.manage("token", "user-1"))


def names(deployment: Deployment) -> list[str]:
    response = deployment.service.get(PURPOSES, deployment.token)
    assert response.status_code == 200, response.text
    return [purpose["name"] for purpose in response.json()["purposes"]]


def test_elasticsearch_stopped(deployment: Deployment) -> None:
    service = deployment.service
    assert names(deployment) == ["Churn"]
    assert wait_until(lambda: service.get("/healthz/ready").json()["status"] == "ready", PATIENCE)
    deployment.node.daemon.kill()
    try:
        _until_refused(deployment)
        for response in (
            service.get(PURPOSES, deployment.token),
            service.post(USER_PURPOSES, {"username": "user-1", "groups": []}, deployment.token),
        ):
            assert response.status_code == 503
            assert int(response.headers["Retry-After"]) > 0
            assert "purposes" not in response.json()
            assert deployment.node.url not in response.text
        assert service.get("/whoami", deployment.token).status_code == 200
        ready = service.get("/healthz/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert [each["name"] for each in ready.json()["dependencies"] if each["status"] == "down"] == [
            "default/policies"
        ]
    finally:
        deployment.node.start()
    _until_answered(deployment)


def test_elasticsearch_frozen_costs_no_more_than_the_deadline(deployment: Deployment) -> None:
    deployment.node.daemon.freeze()
    try:
        _until_refused(deployment)
        started = time.monotonic()
        assert deployment.service.get(PURPOSES, deployment.token).status_code == 503
        # Generous against a loaded machine, and still far below the ten seconds of the driver's own default.
        assert time.monotonic() - started < 3 * DEADLINE
    finally:
        deployment.node.daemon.thaw()
    _until_answered(deployment)


def test_keycloaks_database_stopped(deployment: Deployment) -> None:
    service = deployment.service
    assert names(deployment) == ["Churn"]
    deployment.keycloak.server.daemon.stop()
    try:
        _until_refused(deployment)
        for path in ("/whoami", PURPOSES):
            response = service.get(path, deployment.token)
            assert response.status_code == 503
            assert int(response.headers["Retry-After"]) > 0
            assert response.json()["code"] == "unavailable"
        ready = service.get("/healthz/ready")
        assert (ready.status_code, ready.json()["status"]) == (503, "down")
        assert [each["name"] for each in ready.json()["dependencies"] if each["status"] == "down"] == [
            "default/directory"
        ]
        assert service.get("/healthz/live").status_code == 200
    finally:
        deployment.keycloak.server.start()
    _until_answered(deployment)


def _until_refused(deployment: Deployment) -> None:
    """What is known goes on to be answered for the two seconds that an answer may be behind, and no longer."""
    assert wait_until(lambda: deployment.service.get(PURPOSES, deployment.token).status_code == 503, PATIENCE)


def _until_answered(deployment: Deployment) -> None:
    assert wait_until(lambda: deployment.service.get(PURPOSES, deployment.token).status_code == 200, 60)
    assert names(deployment) == ["Churn"]
