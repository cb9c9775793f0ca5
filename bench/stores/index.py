"""A company's documents in Elasticsearch."""

from elasticsearch import Elasticsearch

from bench.progress import counted, say
from bench.world import World
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import bulk_load, create_index

LOADING_SECONDS = 60.0


def load(url: str, world: World, *, name: str = "bench") -> str:
    """Make sure that the index is there and complete; returns its name, which begins with `name`."""
    client, index = open_client(url, request_timeout=LOADING_SECONDS), _full_name(world, name)
    if _mark(client, index) == world.fingerprint:
        say(f"Elasticsearch: {index} is there")
        return index
    say(f"Elasticsearch: loading {index}")
    client.indices.delete(index=index, ignore_unavailable=True)
    create_index(client, index)
    bulk_load(client, index, counted(world.documents(), "documents"))
    # Written last: an index without the mark is one whose loading was interrupted.
    client.indices.put_mapping(index=index, meta={"bench": world.fingerprint})
    return index


def drop(url: str, world: World, *, name: str) -> None:
    """Remove what `load` made."""
    with open_client(url, request_timeout=LOADING_SECONDS) as client:
        client.indices.delete(index=_full_name(world, name), ignore_unavailable=True)


def _full_name(world: World, name: str) -> str:
    return f"{name}-{world.size.name.lower()}"


def _mark(client: Elasticsearch, index: str) -> str | None:
    found = client.indices.get_mapping(index=index, ignore_unavailable=True)
    mapping = found[index]["mappings"] if index in found else {}
    mark: str | None = mapping.get("_meta", {}).get("bench")
    return mark
