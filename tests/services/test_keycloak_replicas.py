"""Keycloak's database on several hosts: libpq's own way to name replicas."""

from urllib.parse import urlsplit

from purposeapp.directory.keycloak import KeycloakDirectory, connect
from tests.servers import free_ports, need, servers


def test_where_one_host_is_away_the_next_one_answers() -> None:
    need("postgres")
    parts = urlsplit(servers().keycloak_database_url)
    account, _, host = parts.netloc.rpartition("@")
    (nobody,) = free_ports(1)
    several = parts._replace(
        netloc=f"{account}@127.0.0.1:{nobody},{host}", query="target_session_attrs=prefer-standby"
    )
    with connect(several.geturl()) as pool:
        assert KeycloakDirectory(pool, "master").realm().roles
