"""The sentences of the overview."""

from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accessviz.overview.charts import Chart
from purposeapp.events import SourceStatus
from purposeapp.timings import BUCKET, Bucket

SOURCES = {"policies": gettext_lazy("Policies"), "directory": gettext_lazy("Directory")}

STATUSES = {
    "up": (gettext_lazy("up"), "yes"),
    "warning": (gettext_lazy("mind"), "mind"),
    "down": (gettext_lazy("down"), "no"),
}
"""How a dependency is: in a word, and the class of its badge."""


def age(source: SourceStatus) -> str:
    """How long ago it was last known what a source has."""
    if source.age is None:
        return _("not known now")
    return _("%(seconds)s s ago") % {"seconds": f"{source.age:.1f}"}


def leading(source: SourceStatus) -> str:
    if source.is_leading:
        return _("this process, for all")
    if not settings.REDIS_URL:
        return _("this process, for itself")
    return _("another process tells this one through Redis; while it is silent, this one looks itself")


def nothing_to_warm() -> str:
    """Which setting a warm-up is missing; blank where it can do its work."""
    if not settings.READ_MODEL:
        return _("READ_MODEL is off: nothing is kept of the directory, so there is nothing to warm up.")
    if not settings.REDIS_URL:
        return _("REDIS_URL is not set: without a shared cache there is nothing to warm up.")
    return ""


def looks_chart(per_day: dict[str, int]) -> Chart:
    """`per_day` has every day, the oldest first."""
    return Chart(_("Looks at somebody's access, a day"), list(per_day.items()))


def questions_chart(buckets: list[Bucket]) -> Chart:
    minutes = int(BUCKET // 60)
    return Chart(
        _("Questions in %(minutes)d minutes") % {"minutes": minutes},
        [(clock(each.at), each.count) for each in buckets],
    )


def slowest_chart(buckets: list[Bucket]) -> Chart:
    return Chart(
        _("The slowest of them, in milliseconds"), [(clock(each.at), round(each.slowest)) for each in buckets]
    )


def clock(epoch_seconds: float) -> str:
    """`08:30:05`, UTC."""
    return f"{datetime.fromtimestamp(epoch_seconds, UTC):%H:%M:%S}"
