"""The four native servers together: what each needs, what comes first, what is done once it answers."""

import shutil
import sys
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from deploy.native import elasticsearch, keycloak, packages, probe
from deploy.native.account import unprivileged
from deploy.native.daemon import Daemon
from deploy.native.errors import ServiceError
from deploy.native.postgres import Postgres
from deploy.native.redis import Redis
from deploy.native.state import ADMIN, State

DEPLOY = Path(__file__).resolve().parent.parent
ARTEFACTS = {"elasticsearch": elasticsearch.ARTEFACT, "keycloak": keycloak.ARTEFACT}
PROGRAMS = {"elasticsearch": "java", "postgres": "postgres", "keycloak": "java", "redis": "redis-server"}
# Each chain starts in order, the chains side by side.
CHAINS = (("elasticsearch",), ("postgres", "keycloak"), ("redis",))


class Server(Protocol):
    """What every native server offers."""

    port: int
    daemon: Daemon

    def answers(self) -> bool: ...

    def start(self) -> None: ...


class NativeStack:
    """The servers of one services folder, as processes of this machine."""

    def __init__(self, home: Path, state: State):
        self.home = home
        self.state = state
        self.account = unprivileged()
        self.postgres = self._postgres()
        self.elasticsearch = self._elasticsearch()
        self.servers: dict[str, Server] = {
            "elasticsearch": self.elasticsearch,
            "postgres": self.postgres,
            "keycloak": self._keycloak(),
            "redis": Redis(self._folder("redis"), state.ports["redis"], self.account),
        }
        self._settle: dict[str, Callable[[], None]] = {
            "elasticsearch": self.elasticsearch.refuse_partial_results,
            "postgres": lambda: self._run_sql("postgres/databases.sql", "postgres"),
            "keycloak": lambda: self._run_sql("keycloak/reader.sql", "keycloak"),
        }

    def up(self, names: Collection[str]) -> None:
        """Bring up the named servers and what they stand on; a server that answers is left as it is."""
        wanted = {*names, "postgres"} if "keycloak" in names else set(names)
        self._ensure_programs(wanted)
        chains = [[name for name in chain if name in wanted] for chain in CHAINS]
        with ThreadPoolExecutor(len(chains)) as pool:
            runs = [pool.submit(self._up_in_order, chain) for chain in chains]
        problems = [str(problem) for run in runs if (problem := run.exception())]
        if problems:
            raise ServiceError("\n".join(problems))

    def down(self, names: Collection[str]) -> None:
        """Stop the named servers, the ones that stand on others first."""
        for name in ("keycloak", "postgres", "elasticsearch", "redis"):
            if name in names:
                self.servers[name].daemon.stop()

    def forget_data(self) -> None:
        """Throw away all data: they are locked by secrets that are no longer known."""
        self.down(self.servers)
        for name in self.servers:
            shutil.rmtree(self._folder(name), ignore_errors=True)

    def _up_in_order(self, names: Collection[str]) -> None:
        for name in names:
            self._up(name)

    def _up(self, name: str) -> None:
        server = self.servers[name]
        if not server.answers():
            server.daemon.stop()
            if probe.is_taken(server.port):
                cure = f"stop it, or choose another port in SERVICES_{name.upper()}_PORT"
                raise ServiceError(f"port {server.port} is taken by another program; cure: {cure}")
            if name in ARTEFACTS:
                ARTEFACTS[name].unpacked(self.home, self.account)
            print(f"{name}: starting …", file=sys.stderr)
            server.start()
            print(f"{name}: answers", file=sys.stderr)
        if settle := self._settle.get(name):
            settle()

    def _ensure_programs(self, names: Collection[str]) -> None:
        to_fetch = [
            name for name in names if name in ARTEFACTS and not (self.home / ARTEFACTS[name].folder).exists()
        ]
        packages.ensure([*(PROGRAMS[name] for name in names), *(["mvn"] if to_fetch else [])])

    def _run_sql(self, script: str, database: str) -> None:
        self.postgres.run_sql(DEPLOY / script, database, self.state.database_secrets())

    def _folder(self, name: str) -> Path:
        return self.home / "run" / name

    def _postgres(self) -> Postgres:
        ports, secrets = self.state.ports, self.state.secrets
        return Postgres(self._folder("postgres"), ports["postgres"], secrets["postgres"], self.account)

    def _elasticsearch(self) -> elasticsearch.ElasticsearchNode:
        ports = self.state.ports
        plan = elasticsearch.NodePlan(
            "elasticsearch", ports["elasticsearch"], ports["elasticsearch_transport"]
        )
        distribution = self.home / elasticsearch.ARTEFACT.folder
        return elasticsearch.ElasticsearchNode(
            distribution, self._folder("elasticsearch"), plan, self.account
        )

    def _keycloak(self) -> keycloak.Keycloak:
        ports, secrets = self.state.ports, self.state.secrets
        return keycloak.Keycloak(
            self.home / keycloak.ARTEFACT.folder,
            self._folder("keycloak"),
            ports["keycloak"],
            ports["postgres"],
            keycloak.Credentials(ADMIN, secrets["keycloak_admin"], "keycloak", secrets["keycloak_database"]),
            self.account,
        )
