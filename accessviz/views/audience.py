"""Who sees something: the part that the pages of purposes and personas share."""

from collections.abc import Callable

from django.http import HttpRequest

from accessviz import present
from accessviz.audience import MOST_MEANS, SHOW, Audiences, Question
from accessviz.staff import Viewer
from purposeapp.discovery.subjects import Viewers
from purposeapp.domain.model import Match, Mode
from purposeapp.domain.population import Population

MOST_UNKNOWN = 20

Find = Callable[[Population, Mode], Viewers]


def people(request: HttpRequest, viewer: Viewer, find: Find) -> dict[str, object]:
    """What `parts/people.html` shows. The look has been recorded."""
    question = Question.parse(request.GET)
    counted = viewer.ports.everybody.counted()
    audiences = Audiences.of(lambda mode: find(counted.population, mode))
    page = audiences.page(question)
    rows = [
        (row, [present.matched(match) for match in row.matches]) for row in audiences.rows(page.object_list)
    ]
    means = [(present.matched(Match(each.via, each.name)), len(each.users)) for each in audiences.means]
    unknown = audiences.unknown
    return {
        "question": question,
        "counts": audiences.counts,
        "ways": [(present.VIAS[via], count) for via, count in audiences.effective.counts.items()],
        "means": means,
        "most_means": MOST_MEANS,
        "unknown": unknown[:MOST_UNKNOWN],
        "more_unknown": max(0, len(unknown) - MOST_UNKNOWN),
        "rows": page,
        "users": rows,
        "offers": {"show": SHOW, "via": present.VIAS},
        "as_of": present.moment(counted.as_of * 1000),
    }
