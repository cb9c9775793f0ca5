"""Policies in Elasticsearch: an index (or alias) of Atlas vertices, read only.

client    connections: addresses, credentials, TLS        node     one node's HTTP, on time or not at all
reader    round trips of one question, under one deadline failures what is no answer, and its cure
queries   what is asked, built with elasticsearch.dsl     mapping  is the index what the queries take it for
index     the port itself                                 found    what it found, made when it is looked at
sweep     reading all of it                               tail     what is new in it
load      makes such an index (demo, tests, measurements)
"""

from purposeapp.policyindex.elasticsearch.client import connect
from purposeapp.policyindex.elasticsearch.index import ElasticsearchPolicyIndex
from purposeapp.policyindex.elasticsearch.mapping import Fields, inspect_mapping
from purposeapp.policyindex.elasticsearch.reader import ElasticsearchReader
from purposeapp.policyindex.elasticsearch.tail import ElasticsearchTail

__all__ = [
    "ElasticsearchPolicyIndex",
    "ElasticsearchReader",
    "ElasticsearchTail",
    "Fields",
    "connect",
    "inspect_mapping",
]
