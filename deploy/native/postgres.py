"""PostgreSQL clusters: the one of `make services`, and throw-away ones for fault tests."""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from deploy.native import probe
from deploy.native.account import Account
from deploy.native.daemon import Daemon
from deploy.native.errors import ServiceError
from deploy.native.packages import program

READY_SECONDS = 60
SUPERUSER = "postgres"


class Postgres:
    """A cluster on a loopback port; its superuser `postgres` signs in by SCRAM with `password`."""

    def __init__(self, folder: Path, port: int, password: str, account: Account):
        self.port = port
        self.password = password
        # SIGINT is PostgreSQL's fast shutdown: SIGTERM would wait for clients to go.
        self.daemon = Daemon("postgres", folder, account, stop_signal=signal.SIGINT)
        self.data = self.daemon.home / "data"
        self.url = self.database_url(SUPERUSER, password, "postgres")

    def database_url(self, user: str, password: str, database: str) -> str:
        """A libpq URL of one database of this cluster."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def answers(self) -> bool:
        return probe.postgres(self.url)

    def start(self) -> None:
        """Create the cluster when missing, start it and return once it answers."""
        if not (self.data / "PG_VERSION").exists():
            self._create()
        options = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": ""}
        arguments = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
        self.daemon.start([program("postgres"), "-D", self.data, *arguments], {})
        self.daemon.wait_ready(self.answers, READY_SECONDS)

    def run_sql(self, script: Path, database: str, variables: Mapping[str, str]) -> None:
        """Run a script as superuser; `variables` reach it by psql's `\\getenv`, not on a command line."""
        address = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": SUPERUSER}
        result = subprocess.run(
            [program("psql"), "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-f", script, database],
            env={**os.environ, **address, "PGPASSWORD": self.password, "PGOPTIONS": "", **variables},
            capture_output=True,
            text=True,
        )
        if result.returncode:
            raise ServiceError(f"{script.name} failed on database {database}:\n{result.stderr.strip()}")

    def _create(self) -> None:
        account = self.daemon.account
        with NamedTemporaryFile("w", dir=self.daemon.make_home()) as password_file:
            password_file.write(self.password)
            password_file.flush()
            account.own(Path(password_file.name))
            locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
            access = [f"--username={SUPERUSER}", "--auth=scram-sha-256", f"--pwfile={password_file.name}"]
            result = subprocess.run(
                [program("initdb"), "-D", self.data, *locale, *access],
                cwd=self.daemon.home,
                capture_output=True,
                text=True,
                **account.process_arguments(),
            )
        if result.returncode:
            raise ServiceError(f"initdb failed:\n{result.stderr.strip()}")
