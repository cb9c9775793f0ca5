"""Policies in Django's own database (SQLite or PostgreSQL), where no Elasticsearch index has them."""

from purposeapp.policyindex.database.export import export_documents
from purposeapp.policyindex.database.index import DatabasePolicyIndex
from purposeapp.policyindex.database.load import ImportCounts, check_documents, import_documents
from purposeapp.policyindex.database.tail import DatabaseTail

__all__ = [
    "DatabasePolicyIndex",
    "DatabaseTail",
    "ImportCounts",
    "check_documents",
    "export_documents",
    "import_documents",
]
