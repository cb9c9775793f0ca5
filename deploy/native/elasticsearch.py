"""Elasticsearch nodes: the one of `make services`, and those of throw-away clusters for fault tests."""

import json
import shutil
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from deploy.native import probe
from deploy.native.account import Account
from deploy.native.artefacts import Artefact
from deploy.native.daemon import Daemon
from deploy.native.packages import java_home

READY_SECONDS = 180
ARTEFACT = Artefact(
    coordinates="org.elasticsearch.distribution.integ-test-zip:elasticsearch:8.19.21",
    sha256="215d5f3dbf0609a149f6218a9e47b6ae2df34ebbff3c5754e35f15a5e5393c8a",
    folder="elasticsearch-8.19.21",
)


@dataclass(frozen=True)
class NodePlan:
    """Name, loopback ports and heap (MiB) of one node, and the cluster that it forms or joins.

    `master` is the name and transport port of the cluster's only master-eligible node, so that every
    other node can fail without a vote; None means a cluster of this node alone.
    """

    name: str
    http_port: int
    transport_port: int
    heap_mib: int = 1024
    master: tuple[str, int] | None = None

    def settings(self, home: Path) -> dict[str, object]:
        """The content of `elasticsearch.yml`."""
        return {
            "node.name": self.name,
            "path.data": str(home / "data"),
            "path.logs": str(home / "logs"),
            "network.host": "127.0.0.1",
            "http.port": self.http_port,
            "transport.port": self.transport_port,
            "xpack.security.enabled": False,
            "cluster.routing.allocation.disk.threshold_enabled": False,
            **self._discovery(),
        }

    def _discovery(self) -> dict[str, object]:
        if self.master is None:
            return {"discovery.type": "single-node"}
        name, port = self.master
        seeds = {"discovery.seed_hosts": [f"127.0.0.1:{port}"]}
        return {
            **seeds,
            **({"cluster.initial_master_nodes": [name]} if name == self.name else {"node.roles": ["data"]}),
        }


class ElasticsearchNode:
    """One node, run from a shared distribution with configuration, data and logs in a folder of its own."""

    def __init__(self, distribution: Path, folder: Path, plan: NodePlan, account: Account):
        self.distribution = distribution
        self.plan = plan
        self.port = plan.http_port
        self.url = f"http://127.0.0.1:{plan.http_port}"
        self.daemon = Daemon(plan.name, folder, account)

    def answers(self) -> bool:
        return probe.elasticsearch(self.url)

    def launch(self) -> None:
        """Start without waiting: the nodes of a cluster need one another to answer."""
        heap = f"-Xms{self.plan.heap_mib}m -Xmx{self.plan.heap_mib}m"
        environment = {
            "ES_JAVA_HOME": str(java_home()),
            "ES_JAVA_OPTS": heap,
            "ES_PATH_CONF": str(self._write_configuration()),
        }
        self.daemon.start([self.distribution / "bin" / "elasticsearch"], environment)

    def wait_ready(self) -> None:
        """Return once the node is part of a cluster with a master."""
        self.daemon.wait_ready(self.answers, READY_SECONDS)

    def start(self) -> None:
        self.launch()
        self.wait_ready()

    def refuse_partial_results(self) -> None:
        """Make the cluster answer a search with an error rather than with the shards that are left."""
        settings = {"persistent": {"search.default_allow_partial_results": False}}
        request = urllib.request.Request(
            f"{self.url}/_cluster/settings",
            data=json.dumps(settings).encode(),
            headers={"Content-Type": "application/json"},
            method="PUT",
        )
        probe.DIRECT.open(request, timeout=10).close()

    def _write_configuration(self) -> Path:
        configuration = self.daemon.folder / "config"
        shutil.rmtree(configuration, ignore_errors=True)
        shutil.copytree(self.distribution / "config", configuration)
        # JSON is YAML.
        text = json.dumps(self.plan.settings(self.daemon.home), indent=2)
        (configuration / "elasticsearch.yml").write_text(text)
        # The node adds a keystore of its own.
        self.daemon.account.own(configuration)
        return configuration
