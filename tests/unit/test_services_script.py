"""`deploy/services.py` and docker-compose.yml, as far as they can be tried without the four servers."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from deploy.compose import ComposeStack
from deploy.native import probe
from deploy.native.account import Account
from deploy.native.daemon import Daemon, wait_until
from deploy.native.errors import ServiceError
from deploy.native.processes import family
from deploy.native.state import SECRETS, State, default_home
from tests.servers import tool

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
SLEEPER = [sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(600)"]
# A shell that leaves a child in a session of its own, as PostgreSQL's backends are.
PARENT = ["sh", "-c", "setsid sleep 600 & sleep 600 & wait"]


@pytest.fixture
def daemon(tmp_path):
    one = Daemon("sleeper", tmp_path / "sleeper", Account(os.getuid(), os.getgid()))
    yield one
    one.kill()


def script(home, *arguments):
    """Run the script as a person would, on a services folder of its own."""
    command = [sys.executable, ROOT / "deploy" / "services.py", *arguments]
    return subprocess.run(
        command, env={**os.environ, "SERVICES_HOME": str(home)}, capture_output=True, text=True
    )


def test_a_daemon_outlives_its_starter_and_is_found_again_by_its_pid_file(daemon):
    daemon.start(SLEEPER, {})
    found = Daemon("sleeper", daemon.folder, daemon.account)
    assert found.pid == daemon.pid
    assert os.getsid(found.pid) == found.pid
    found.stop()
    assert daemon.pid is None


def test_a_recycled_process_id_is_never_taken_for_ours(daemon):
    daemon.start(SLEEPER, {})
    pid_file = daemon.folder / "sleeper.pid"
    pid, born = pid_file.read_text().split()
    pid_file.write_text(f"{pid} {int(born) + 1}")
    assert daemon.pid is None
    pid_file.write_text(f"{pid} {born}")
    assert daemon.pid == int(pid)


def sessions(leader):
    return len({os.getsid(member) for member in family(leader)})


def test_kill_takes_the_whole_family_even_members_that_left_the_session(daemon):
    daemon.start(PARENT, {})
    pid = daemon.pid
    # The child is there a moment before it leaves the session.
    assert wait_until(lambda: len(family(pid)) == 3 and sessions(pid) == 2, 10)
    members = family(pid)
    daemon.kill()
    assert not [
        member for member in members if Path(f"/proc/{member}").exists() and _state(member) not in "ZX"
    ]


def test_freeze_stops_every_member_and_thaw_lets_all_go_on(daemon):
    daemon.start(PARENT, {})
    pid = daemon.pid
    assert wait_until(lambda: len(family(pid)) == 3, 10)
    daemon.freeze()
    assert wait_until(lambda: {_state(member) for member in family(pid)} == {"T"}, 10)
    daemon.thaw()
    assert wait_until(lambda: "T" not in {_state(member) for member in family(pid)}, 10)


def test_a_frozen_daemon_can_be_stopped(daemon):
    daemon.start(SLEEPER, {})
    daemon.freeze()
    daemon.stop()
    assert daemon.pid is None


def test_a_daemon_that_will_not_end_is_killed_after_its_grace(tmp_path):
    stubborn = Daemon("stubborn", tmp_path, Account(os.getuid(), os.getgid()), stop_signal=signal.SIGUSR1)
    stubborn.start(
        [sys.executable, "-c", "import signal; signal.signal(10, signal.SIG_IGN)\nwhile 1: pass"], {}
    )
    pid = stubborn.pid
    stubborn.stop(grace_seconds=0.5)
    assert not Path(f"/proc/{pid}").exists()


def test_a_server_that_ends_while_starting_is_reported_with_its_last_words(daemon):
    daemon.start(["sh", "-c", "echo 'disk is full' >&2; exit 3"], {})
    with pytest.raises(ServiceError, match=r"ended while starting(.|\n)*disk is full"):
        daemon.wait_ready(lambda: False, 10)


def test_a_server_that_stays_silent_is_reported_after_its_time(daemon):
    daemon.start(SLEEPER, {})
    assert wait_until(lambda: "awake" in daemon.log.read_text(), 10)
    with pytest.raises(ServiceError, match=r"did not answer within 0 s(.|\n)*awake"):
        daemon.wait_ready(lambda: False, 0.3)


def test_servers_get_no_secrets_of_the_starters_environment(daemon, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not for you")
    daemon.start(["env"], {"GIVEN": "yes"})
    assert wait_until(lambda: "GIVEN=yes" in daemon.log.read_text(), 10)
    assert "not for you" not in daemon.log.read_text()


@pytest.mark.parametrize(
    ("question", "scheme", "right", "wrong"),
    [
        (probe.redis, "redis", b"+PONG\r\n", b"-LOADING Redis is loading the dataset in memory\r\n"),
        (probe.postgres, "postgresql", b"R\0\0\0\x08\0\0\0\x03", b"E\0\0\0\x20SFATAL\0C57P03\0"),
        (
            probe.elasticsearch,
            "http",
            b"HTTP/1.0 200 OK\r\n\r\n{}",
            b"HTTP/1.0 503 Service Unavailable\r\n\r\n{}",
        ),
        (probe.keycloak, "http", b"HTTP/1.0 200 OK\r\n\r\n{}", b"gibberish\r\n\r\n"),
    ],
)
def test_a_probe_is_true_only_for_a_server_that_is_ready(question, scheme, right, wrong):
    for reply, expected in ((right, True), (wrong, False), (b"", False)):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=_answer_once, args=(listener, reply)).start()
            assert question(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}") is expected


def test_a_probe_is_false_where_nobody_listens():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        questions = (probe.redis, probe.postgres, probe.elasticsearch, probe.keycloak)
        assert not any(question(f"http://127.0.0.1:{port}") for question in questions)
        assert not probe.is_taken(port)


def test_the_state_is_for_its_owner_alone_and_comes_back_as_it_was(tmp_path):
    state = State.fresh("native", {"SERVICES_POSTGRES_PORT": "25432"})
    state.save(tmp_path)
    assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == 0o600
    assert State.load(tmp_path) == state
    assert ":25432/keycloak" in state.urls()["KEYCLOAK_DATABASE_URL"]


def test_every_secret_is_new_each_time():
    first, second = State.fresh("native", {}), State.fresh("native", {})
    assert len({*first.secrets.values(), *second.secrets.values()}) == 2 * len(SECRETS)


def test_the_folder_is_chosen_by_the_environment_first(tmp_path):
    assert default_home({"SERVICES_HOME": str(tmp_path), "XDG_CACHE_HOME": "/elsewhere"}) == tmp_path


def test_servers_live_in_a_persons_cache_and_roots_where_others_may_enter(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_home({"XDG_CACHE_HOME": str(tmp_path)}).is_relative_to("/var/cache")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_home({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "purposeapp" / "services"


def test_before_the_first_start_status_says_down_and_env_says_the_cure(tmp_path):
    status, env = script(tmp_path, "status", "--only", "redis"), script(tmp_path, "env")
    assert (status.returncode, status.stdout.split()) == (1, ["redis", "down"])
    assert env.returncode == 1
    assert "cure: deploy/services.py up" in env.stderr


def test_env_prints_lines_that_a_shell_can_evaluate(tmp_path):
    state = State.fresh("native", {})
    state.save(tmp_path)
    shell = f"eval '{script(tmp_path, 'env').stdout}'; printenv SERVICES_POSTGRES_URL"
    assert subprocess.check_output(["sh", "-c", shell], text=True).strip() == state.urls()["POSTGRES_URL"]


def test_an_unknown_server_is_refused_by_name(tmp_path):
    refused = script(tmp_path, "up", "--only", "redis,mongo")
    assert refused.returncode == 2
    assert "unknown: mongo" in refused.stderr


def test_the_compose_files_services_say_when_they_are_ready_and_wait_for_one_another():
    services = yaml.safe_load(COMPOSE_FILE.read_text())["services"]
    one_shot = {"migrate", "keycloak-reader"}
    by_image = {"app"}
    assert {name for name, service in services.items() if "test" in service.get("healthcheck", {})} == (
        set(services) - one_shot - by_image
    )
    assert "HEALTHCHECK" in (ROOT / "deploy" / "Dockerfile").read_text()
    for service in services.values():
        for other, wait in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in one_shot else "service_healthy"
            assert wait["condition"] == expected


def test_compose_publishes_on_loopback_only_and_mounts_files_that_exist():
    for service in yaml.safe_load(COMPOSE_FILE.read_text())["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        sources = [volume.split(":")[0] for volume in service.get("volumes", [])]
        assert all((ROOT / source).is_file() for source in sources if source.startswith("."))


def test_the_example_environment_names_every_variable_that_compose_reads_and_holds_no_secret():
    used = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_FILE.read_text()))
    lines = re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert {name for name, _ in lines} == used
    assert not [name for name, value in lines if value and re.search("PASSWORD|SECRET", name)]


def test_both_ways_to_start_run_the_same_server_versions():
    from deploy.native.elasticsearch import ARTEFACT as elasticsearch
    from deploy.native.keycloak import ARTEFACT as keycloak

    services = yaml.safe_load(COMPOSE_FILE.read_text())["services"]
    for name, artefact in {"elasticsearch": elasticsearch, "keycloak": keycloak}.items():
        assert services[name]["image"].rpartition(":")[2] == artefact.coordinates.rpartition(":")[2]


def test_the_demo_realm_keeps_what_the_service_relies_on():
    realm = json.loads((ROOT / "deploy" / "keycloak" / "realm.json").read_text())
    client = next(client for client in realm["clients"] if client["clientId"] == "purposeapp")
    audiences = [mapper["config"].get("included.client.audience") for mapper in client["protocolMappers"]]
    assert "purposeapp" in audiences
    assert realm["adminEventsEnabled"] is True
    assert "access-auditor" in [role["name"] for role in realm["roles"]["realm"]]


def test_docker_compose_itself_accepts_the_file():
    environment = ComposeStack(State.fresh("compose", {})).environment
    text = COMPOSE_FILE.read_text()
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0:
        client: list[str | Path] = ["docker", "compose"]
    else:
        # No engine is needed, only a client; Debian's is of the first generation, which does not know `name`.
        client, text = [tool("docker-compose")], re.sub(r"^name: .*$", "", text, flags=re.MULTILINE)
    command = [*client, "--file", "-", "--project-directory", ROOT, "config", "--quiet"]
    checked = subprocess.run(command, env=environment, input=text, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def _state(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _answer_once(listener, reply):
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(reply)
