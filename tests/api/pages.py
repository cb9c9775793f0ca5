"""Staff who open pages, and what they read there."""

import html
from typing import Any

from django.contrib.auth.models import Permission, User
from django.test import Client


def staff(username: str = "audra", *codenames: str, **fields: Any) -> Client:
    """Somebody signed in with these permissions, `view_any_access` when none are named."""
    user = User.objects.create_user(username, is_staff=True, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames or ("view_any_access",)))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return html.unescape(response.content.decode())
