"""The tenant that a job is about."""

from purposeapp.domain.errors import InvalidRequest
from purposeapp.wiring import TenantServices, tenants


def services_of(slug: str) -> TenantServices:
    """Raises InvalidRequest where there is no such tenant any more."""
    services = tenants().by_slug(slug)
    if services is None:
        raise InvalidRequest(f"There is no active tenant {slug}. See Tenants in the admin.")
    return services
