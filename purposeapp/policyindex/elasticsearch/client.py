"""Connections to Elasticsearch: addresses, credentials and TLS, and none of the driver's slow habits.

The driver's defaults wait ten seconds, try four times and may ask the cluster for its other nodes first. Here every
wait is the question's own deadline; the one second try, at a connection that broke, is the reader's.
"""

import re
from base64 import b64encode
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from elastic_transport.client_utils import DEFAULT
from elasticsearch import Elasticsearch, OrjsonSerializer

from purposeapp.policyindex.elasticsearch.node import PunctualNode
from purposeapp.policyindex.elasticsearch.reader import ElasticsearchReader

_DEFAULT_PORT = 9200


def connect(
    url: str,
    *,
    deadline: float = 2.5,
    pool_size: int = 16,
    api_key: str | None = None,
    username: str | None = None,
    password: str | None = None,
    ca_certs: str | None = None,
) -> ElasticsearchReader:
    """A reader of the cluster at `url`; nothing is sent before the first question.

    `url` is one address or several of the same cluster with commas between, for example
    `https://reader:secret@es1:9200,es2:9200`; percent-encode special characters of a password. Credentials given
    by keyword win over those in the URL, an API key over a password. `deadline` (seconds) is for all round trips
    of one question, `pool_size` the number of requests under way at once. Raises ValueError, without any part of
    the URL or a secret, when they cannot be what they should.
    """
    client = open_client(
        url,
        request_timeout=deadline,
        pool_size=pool_size,
        api_key=api_key,
        username=username,
        password=password,
        ca_certs=ca_certs,
    )
    return ElasticsearchReader(client, deadline=deadline, concurrency=pool_size)


def open_client(
    url: str,
    *,
    request_timeout: float,
    pool_size: int = 4,
    api_key: str | None = None,
    username: str | None = None,
    password: str | None = None,
    ca_certs: str | None = None,
) -> Elasticsearch:
    """The driver's own client for the same arguments as `connect`: for loading, where questions have no deadline."""
    hosts, url_credentials = _parsed(url)
    if api_key and not re.fullmatch(r"[\x21-\x7e]+", api_key):
        raise ValueError("An Elasticsearch API key is given in its encoded form, without blanks or line ends")
    credentials = (username, password or "") if username else url_credentials
    return Elasticsearch(
        hosts,
        api_key=api_key,
        basic_auth=_basic(*credentials) if credentials and not api_key else None,
        ca_certs=ca_certs or DEFAULT,
        node_class=PunctualNode,
        connections_per_node=pool_size,
        request_timeout=request_timeout,
        max_retries=0,
        retry_on_timeout=False,
        retry_on_status=(),
        sniff_on_start=False,
        sniff_on_node_failure=False,
        serializer=OrjsonSerializer(),
    )


def _basic(username: str, password: str) -> str:
    # Encoded here, because the driver knows ASCII passwords only, and quotes others in its error.
    return b64encode(f"{username}:{password}".encode()).decode()


def _parsed(url: str) -> tuple[list[str], tuple[str, str] | None]:
    """The addresses without credentials, and the first credentials among them."""
    scheme, separator, rest = url.strip().partition("://")
    if not separator or scheme not in ("http", "https"):
        raise ValueError(
            "An Elasticsearch URL begins with http:// or https://, for example https://es.example:9200"
        )
    parts = [part.strip() for part in rest.split(",")]
    addresses = [_split(part if "://" in part else f"{scheme}://{part}") for part in parts if part]
    if not addresses:
        raise ValueError("The Elasticsearch URL names no host")
    credentials = next(
        (
            (unquote(each.username), unquote(each.password or ""))
            for each in addresses
            if each.username is not None
        ),
        None,
    )
    return [_address(each) for each in addresses], credentials


def _split(url: str) -> SplitResult:
    try:
        split = urlsplit(url)
        if split.hostname and split.port != 0:
            return split
    except ValueError:
        pass
    # Not chained: the parser's own message quotes what may be a password.
    raise ValueError(
        "The Elasticsearch URL has an address that cannot be read; a comma, slash or @ in a password is percent-encoded"
    )


def _address(split: SplitResult) -> str:
    host = f"[{split.hostname}]" if ":" in str(split.hostname) else split.hostname
    return urlunsplit((split.scheme, f"{host}:{split.port or _DEFAULT_PORT}", split.path.rstrip("/"), "", ""))
