"""What the addresses of pages ask for."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from purposeapp.domain.errors import InvalidRequest
from purposeapp.models.validators import is_storable


def text_of(request: HttpRequest, name: str) -> str:
    """A parameter, blank when it is not given. Raises InvalidRequest for what no source could hold."""
    value = request.GET.get(name, "").strip()
    if not is_storable(value):
        raise InvalidRequest(_("The address of this page is not right: check “%(name)s”.") % {"name": name})
    return value


def guid_of(request: HttpRequest) -> str:
    """What a page is about. Raises InvalidRequest when the address does not say."""
    guid = text_of(request, "guid")
    if not guid:
        raise InvalidRequest(_("The address of this page must name a guid."))
    return guid
