"""What the admin theme's frame lacks for those who cannot see it, added to the theme's own templates as they come."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

register = template.Library()

LANDMARKS = {
    '<div id="main"': ("role", "main"),
    '<nav id="nav-sidebar-inner"': ("aria-label", _("Admin")),
    '<nav id="tabs-items"': ("aria-label", _("Parts of this page")),
    # Both scroll, which the theme's script makes regions of one and the same name.
    '<div id="nav-sidebar-apps"': ("data-simplebar-aria-label", _("All pages")),
    'data-simplebar data-simplebar-auto-hide="false"': ("data-simplebar-aria-label", _("Rows")),
}
"""By what the theme writes of an element: the attribute that is added. Text of others is escaped and never looks so."""


@register.simple_block_tag
def with_landmarks(content: str) -> SafeString:
    """The content, which is markup, with the attributes of LANDMARKS."""
    for written, (name, value) in LANDMARKS.items():
        content = content.replace(written, written + format_html(' {}="{}"', name, value))
    return mark_safe(content)  # noqa: S308 # it was markup before
