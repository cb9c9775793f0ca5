"""The admin: staff keep tenants, people and local policies, and read the audit trail. Found by Django's autodiscovery."""

from purposeapp.admin import audit, people, personas, policies, purposes, roles, tenants

__all__ = ["audit", "people", "personas", "policies", "purposes", "roles", "tenants"]
