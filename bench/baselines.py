"""What the service is compared with: the ways in which the same question has been answered on the same index.

Each is given an advantage: its user's groups for nothing (no token, no directory), no HTTP layer of its own, the
leanest of Elasticsearch clients, and only the fields it needs. What an answer leaves out or adds is counted.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import getitem
from typing import Any, NamedTuple

from bench.clients import Connection
from bench.oracle import Oracle
from bench.who import Who
from purposeapp.domain.model import Subject
from purposeapp.policyindex.elasticsearch import queries
from purposeapp.policyindex.elasticsearch.mapping import Fields

PAGE = 100
"""Purposes asked for, as of the service."""

LINK = {"relationshipList.label": "__AccessControl.policies"}, {"relationshipList.status": "ACTIVE"}

FRONT_END_PAGE = 300
"""The page of an index search, as the public client library (pyatlan) asks for it."""

UPSTREAM_POLICIES = 1_000
"""Upstream's `max-policy-fetch-size`."""

SEED_BUCKETS = 1_000
"""The size of the one aggregation, the largest that it considers."""

_FIELDS = Fields("__typeName.keyword")

LARGEST_PAGE = 10_000
"""Elasticsearch's own limit."""


class Found(NamedTuple):
    """The page as guids, and how many purposes the caller is told there are."""

    guids: list[str]
    total: int


Search = Callable[[dict[str, Any]], Any]


def front_end(search: Search, who: Who) -> Found:
    """Today's three calls of a front end: all policies page by page, unique purposes of them, then their details."""
    query, names = _policies(who), set[str]()
    for policies in _pages(search, query, ["qualifiedName", "relationshipList"]):
        names |= {_parent(each) for each in policies}
    details = _purposes({"qualifiedName": sorted(names)})
    found = [each for page in _pages(search, details, PURPOSE_FIELDS) for each in page]
    return Found(_in_order(found)[:PAGE], len(found))


def upstream(search: Search, who: Who) -> Found:
    """Up to a thousand policies in no order, joined in the client, then one page of purposes; counted before those are read."""
    body = {
        "size": UPSTREAM_POLICIES,
        "query": _policies(who),
        "_source": ["qualifiedName", "relationshipList"],
    }
    # Upstream joins through its graph, which knows the parent of every policy: so does `_parent`.
    names = list(dict.fromkeys(_parent(hit["_source"]) for hit in search(body)["hits"]["hits"]))
    details = {"size": PAGE, "query": _purposes({"qualifiedName": names[:PAGE]}), "_source": PURPOSE_FIELDS}
    return Found([hit["_source"]["__guid"] for hit in search(details)["hits"]["hits"]], len(names))


def aggregation(search: Search, who: Who) -> Found:
    """One aggregation and no more: parents' guids by a nested aggregation, then one page of purposes."""
    terms = {"terms": {"field": "relationshipList.endGuid", "size": SEED_BUCKETS}}
    live = {"filter": {"bool": {"must": [{"term": each} for each in LINK]}}, "aggs": {"purposes": terms}}
    links = {"nested": {"path": "relationshipList"}, "aggs": {"live": live}}
    answer = search({"size": 0, "query": _policies(who), "aggs": {"links": links}})
    guids = [bucket["key"] for bucket in answer["aggregations"]["links"]["live"]["purposes"]["buckets"]]
    details = {"size": PAGE, "query": _purposes({"__guid": guids}), "_source": PURPOSE_FIELDS}
    return Found([hit["_source"]["__guid"] for hit in search(details)["hits"]["hits"]], len(guids))


def brute_force(search: Search, who: Who) -> Found:
    """Everything there is, read and resolved in the client, the oracle's way."""
    documents = (each for kind in ("Purpose", "AuthPolicy") for each in _all(search, kind))
    found = Oracle(documents).listed(who)
    return Found(found[:PAGE], len(found))


def round_trips(search: Search, who: Who) -> Found:
    """The very searches that the service sends for `consistency=full`, and nothing around them: what it cannot undercut."""
    subject = Subject(who.username, who.groups, who.roles)
    answer = search(queries.parents_listed(_FIELDS, subject, queries.Partition()))
    guids, names = (
        {bucket["key"] for bucket in reduce(getitem, path, answer["aggregations"])["buckets"]}
        for path in queries.PARENTS_LISTED
    )
    parents = {name.rpartition("/")[0] for name in names}
    details = queries.purposes(_FIELDS, guids=guids, names=parents)
    page = {"size": LARGEST_PAGE, "sort": ["_doc"], "track_total_hits": False, "_source": PURPOSE_FIELDS}
    hits = [hit for body in details for hit in search({**body, **page})["hits"]["hits"]]
    found = {hit["_source"]["__guid"]: hit["_source"] for hit in hits}
    return Found(_in_order(found.values())[:PAGE], len(found))


FRONT_END, UPSTREAM, AGGREGATION, BRUTE_FORCE, ROUND_TRIPS = (
    "front end, three calls",
    "the metastore's algorithm",
    "one aggregation",
    "brute force",
    "the round trips of consistency=full, raw",
)

BASELINES: dict[str, Callable[[Search, Who], Found]] = {
    FRONT_END: front_end,
    UPSTREAM: upstream,
    AGGREGATION: aggregation,
    BRUTE_FORCE: brute_force,
    ROUND_TRIPS: round_trips,
}

PURPOSE_FIELDS = [
    *("__guid", "name", "displayName", "description", "qualifiedName", "purposeClassifications"),
    *("isAccessControlEnabled", "__createdBy", "__modifiedBy", "__timestamp", "__modificationTimestamp"),
]

ORACLE_FIELDS = [
    *("__guid", "__state", "__typeName", "name", "displayName", "qualifiedName", "relationshipList"),
    *("policyCategory", "policyUsers", "policyGroups", "policyRoles"),
]


def searching(connection: Connection, index: str) -> Search:
    return lambda body: connection.ask_json(f"/{index}/_search", body)


def _in_order(purposes: Iterable[dict[str, Any]]) -> list[str]:
    """Guids by display name, as the service has them."""

    def key(purpose: dict[str, Any]) -> tuple[str, str]:
        return (purpose.get("displayName") or purpose["name"]).casefold(), purpose["__guid"]

    return [purpose["__guid"] for purpose in sorted(purposes, key=key)]


def _policies(who: Who) -> dict[str, Any]:
    should = [
        {"term": {"policyGroups": "public"}},
        {"terms": {"policyGroups": sorted(who.groups)}},
        {"term": {"policyUsers": who.username}},
    ]
    named = {"bool": {"should": should, "minimum_should_match": 1}}
    return {"bool": {"filter": [*_live("AuthPolicy"), {"term": {"policyCategory": "purpose"}}, named]}}


def _purposes(terms: dict[str, list[str]]) -> dict[str, Any]:
    return {"bool": {"filter": [*_live("Purpose"), {"terms": terms}]}}


def _live(type_name: str) -> list[dict[str, Any]]:
    return [{"term": {"__state": "ACTIVE"}}, {"term": {"__typeName.keyword": type_name}}]


def _all(search: Search, type_name: str) -> Iterator[dict[str, Any]]:
    """All live entities of a type, page by page in the order of their guids."""
    body: dict[str, Any] = {
        "size": LARGEST_PAGE,
        "query": {"bool": {"filter": _live(type_name)}},
        "sort": ["__guid"],
        "_source": ORACLE_FIELDS,
    }
    while hits := search(body)["hits"]["hits"]:
        yield from (hit["_source"] for hit in hits)
        if len(hits) < LARGEST_PAGE:
            return
        body["search_after"] = hits[-1]["sort"]


def _pages(search: Search, query: dict[str, Any], fields: list[str]) -> Iterable[list[dict[str, Any]]]:
    start = 0
    while True:
        body = {
            "from": start,
            "size": FRONT_END_PAGE,
            "query": query,
            "_source": fields,
            "track_total_hits": True,
        }
        hits = search(body)["hits"]
        yield [hit["_source"] for hit in hits["hits"]]
        start += FRONT_END_PAGE
        if start >= hits["total"]["value"]:
            return


def _parent(policy: dict[str, Any]) -> str:
    """The qualified name of a policy's purpose."""
    links = policy.get("relationshipList") or []
    live = (link["endQualifiedName"] for link in links if link["status"] == "ACTIVE")
    return str(next(live, policy["qualifiedName"].rpartition("/")[0]))
