"""Policies in Django's own database (SQLite or PostgreSQL), where no Elasticsearch index has them."""

from purposeapp.policyindex.database.index import DatabasePolicyIndex
from purposeapp.policyindex.database.load import ImportCounts, import_documents
from purposeapp.policyindex.database.tail import DatabaseTail

__all__ = ["DatabasePolicyIndex", "DatabaseTail", "ImportCounts", "import_documents"]
