"""Finding Django's users by the beginning of a name."""

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from purposeapp.domain.finding import Found, user_found


def search_users(users: QuerySet[User], prefix: str, *, limit: int) -> list[Found]:
    """Users among `users` whose username, full name, last name or e-mail address begins so, by username.

    Usernames are asked first and alone: they have an index, and most searches end there.
    """
    lowered = prefix.lower()
    found = _some(users.filter(username__startswith=lowered), limit)
    if len(found) < limit:
        named = users.alias(full_name=Concat("first_name", Value(" "), "last_name")).filter(
            Q(full_name__istartswith=prefix) | Q(last_name__istartswith=prefix) | Q(email__istartswith=prefix)
        )
        found += _some(named.exclude(username__startswith=lowered), limit - len(found))
    return found


def _some(users: QuerySet[User], limit: int) -> list[Found]:
    columns = ("username", "first_name", "last_name", "email", "is_active")
    rows = users.order_by("username").values_list(*columns)[:limit]
    return [
        user_found(username, first, last, email, enabled=active)
        for username, first, last, email, active in rows
    ]
