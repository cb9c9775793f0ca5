"""Policies in Django's own database (SQLite or PostgreSQL), where no Elasticsearch index has them."""

from purposeapp.policyindex.database.index import DatabasePolicyIndex
from purposeapp.policyindex.database.load import ImportCounts, import_documents

__all__ = ["DatabasePolicyIndex", "ImportCounts", "import_documents"]
