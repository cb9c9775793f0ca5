"""A made-up company, Acme Retail, to try the product on: the same people and policies on every start.

`company()` and `documents()` are pure; `realm_json()` is the company as a Keycloak realm; `local` puts it into
the local database, `services` into Elasticsearch and Keycloak. Nothing here is random or depends on the clock.
"""

from purposeapp.demo.people import PASSWORD, Company, company
from purposeapp.demo.policies import documents
from purposeapp.demo.realm import realm_json

__all__ = ["PASSWORD", "Company", "company", "documents", "realm_json"]
