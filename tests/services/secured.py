"""A throw-away Elasticsearch with TLS and passwords on."""

import datetime
import ipaddress
import os
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.native import elasticsearch
from deploy.native.account import unprivileged
from deploy.native.elasticsearch import ElasticsearchNode, NodePlan
from deploy.native.packages import java_home
from deploy.native.state import default_home
from tests.servers import free_ports

ADMIN, READER = "admin", "reader"
PASSWORD = "sesame, open/@ñ"
READER_ROLE = """
reader:
  indices:
    - names: [ 'atlas' ]
      privileges: [ 'read', 'view_index_metadata' ]
"""


class SecuredPlan(NodePlan):
    def settings(self, home: Path) -> dict[str, object]:
        return {
            **super().settings(home),
            "xpack.security.enabled": True,
            "xpack.security.http.ssl": {"enabled": True, "key": "http.key", "certificate": "http.crt"},
        }


class SecuredNode(ElasticsearchNode):
    """Knows two users of PASSWORD: ADMIN may do anything, READER read the index `atlas`."""

    def __init__(self, distribution: Path, folder: Path, plan: SecuredPlan, authority: Path) -> None:
        super().__init__(distribution, folder, plan, unprivileged())
        self.url = f"https://127.0.0.1:{plan.http_port}"
        self.authority = authority

    def answers(self) -> bool:
        context = ssl.create_default_context(cafile=str(self.authority))
        try:
            urllib.request.urlopen(f"{self.url}/_cluster/health", timeout=2, context=context)
        except urllib.error.HTTPError as refusal:
            return refusal.code == 401
        except OSError:
            return False
        return True

    def _write_configuration(self) -> Path:
        configuration = super()._write_configuration()
        key, certificate = _self_signed()
        (configuration / "http.key").write_bytes(key)
        (configuration / "http.crt").write_bytes(certificate)
        self.authority.write_bytes(certificate)
        (configuration / "roles.yml").write_text(READER_ROLE)
        for user, role in ((ADMIN, "superuser"), (READER, "reader")):
            self._add_user(configuration, user, role)
        self.daemon.account.own(configuration)
        return configuration

    def _add_user(self, configuration: Path, user: str, role: str) -> None:
        subprocess.run(
            [self.distribution / "bin" / "elasticsearch-users", "useradd", user, "-p", PASSWORD, "-r", role],
            env={
                "PATH": os.environ["PATH"],
                "LANG": "C.UTF-8",
                "ES_JAVA_HOME": str(java_home()),
                "ES_PATH_CONF": str(configuration),
            },
            check=True,
            capture_output=True,
        )


@dataclass(frozen=True)
class Secured:
    """Where it is (`host:port`), and the file with the certificate of its authority."""

    host: str
    ca_certs: str


@contextmanager
def secured_elasticsearch() -> Iterator[Secured]:
    account = unprivileged()
    distribution = elasticsearch.ARTEFACT.unpacked(default_home(), account)
    http, transport = free_ports(2)
    with tempfile.TemporaryDirectory(prefix="purposeapp-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        plan = SecuredPlan("secured", http, transport, heap_mib=512)
        node = SecuredNode(distribution, folder / "node", plan, folder / "ca.crt")
        try:
            node.start()
            yield Secured(f"127.0.0.1:{http}", str(node.authority))
        finally:
            node.daemon.kill()


def _self_signed() -> tuple[bytes, bytes]:
    """A key and its certificate for loopback, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "throw-away")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    return (
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
    )
