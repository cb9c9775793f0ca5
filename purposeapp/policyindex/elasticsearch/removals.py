"""What only one side has, an index or a snapshot of it: entities removed for good leave no other trace."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import chain

from purposeapp.domain.snapshot import Snapshot
from purposeapp.policyindex import atlas
from purposeapp.policyindex.elasticsearch import queries
from purposeapp.policyindex.elasticsearch.failures import nonsense_is_no_answer
from purposeapp.policyindex.elasticsearch.mapping import Fields
from purposeapp.policyindex.elasticsearch.reader import ElasticsearchReader, Question
from purposeapp.policyindex.elasticsearch.sweep import ONE_COPY, Sweep


def uneven_initials(question: Question, index: str, fields: Fields, told: Snapshot) -> str:
    """The first characters of guids that are not as frequent on both sides; all of them ("") where no character tells.

    Counting takes milliseconds; to read all guids of a large tenant takes a second.
    """
    answer = question.search(index, queries.guids_by_initial(fields), preference=ONE_COPY)
    with nonsense_is_no_answer():
        buckets = answer["aggregations"]["initials"]["buckets"]
        there = {initial: buckets[initial]["doc_count"] for initial in queries.INITIALS}
    here = Counter(guid[:1] for guid in told.guids)
    return "".join(initial for initial, count in there.items() if count != here[initial])


def differing(
    reader: ElasticsearchReader, index: str, fields: Fields, held: Snapshot, initials: str = ""
) -> set[str]:
    """The guids that only one side has, of those that begin with one of these characters, or of all ("")."""
    bodies = (queries.all_purposes_and_personas(fields), queries.live_policies(fields))
    wanted = [{**queries.with_initials(body, initials), "_source": ["__guid"]} for body in bodies]
    with closing(Sweep(reader, index)) as sweep, nonsense_is_no_answer():
        documents = chain.from_iterable(map(sweep.sources, wanted))
        there = {atlas.text(document, "__guid") for document in documents}
    return there ^ set(_of(held, initials))


def _of(held: Snapshot, initials: str) -> Iterator[str]:
    return (guid for guid in held.guids if not initials or guid[:1] in initials)
