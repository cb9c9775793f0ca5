"""The admin: staff keep tenants, people and local policies, and read the audit trail. Found by Django's autodiscovery."""

from purposeapp.admin import audit, jobs, people, personas, policies, purposes, roles, tenants

__all__ = ["audit", "jobs", "people", "personas", "policies", "purposes", "roles", "tenants"]
