"""A review as a file, made while it is sent; each time on the record."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accessviz.doors import page
from accessviz.reviews.view import answer_of, find, reviewer_of
from accessviz.staff import EXPORT, LOOK, Viewer
from purposeapp.discovery.reviews.download import MEDIA_TYPES, FileFormat
from purposeapp.discovery.reviews.download import download as rows_as_file
from purposeapp.discovery.reviews.evidence import evidence as evidence_of
from purposeapp.discovery.reviews.rows import file_name, votes_of
from purposeapp.domain.errors import InvalidRequest
from purposeapp.models import Review


@page(LOOK, EXPORT)
def download(request: HttpRequest, viewer: Viewer, review_id: UUID) -> StreamingHttpResponse:
    """All rows with what was decided."""
    wanted = request.GET.get("format", FileFormat.CSV.value)
    if wanted not in list(FileFormat):
        raise InvalidRequest(_("There is no such format."))
    found, form = find(viewer, review_id), FileFormat(wanted)
    frozen = answer_of(found).as_it_stands()
    viewer.record("", "page:review-download", review=str(found.pk), format=form.value)
    return _sent(rows_as_file(frozen, form), MEDIA_TYPES[form], found, form.value)


@page(LOOK, EXPORT)
def evidence(request: HttpRequest, viewer: Viewer, review_id: UUID) -> StreamingHttpResponse:
    """Rows, decisions and a manifest by which anybody can check them."""
    found = find(viewer, review_id)
    frozen = answer_of(found).as_it_stands()
    viewer.record("", "page:review-evidence", review=str(found.pk))
    reviewer = reviewer_of(viewer)
    made = {"at": timezone.now(), "by": reviewer.username, "byId": reviewer.id}
    return _sent(evidence_of(frozen, votes_of(frozen), made=made), "application/zip", found, "zip")


def _sent(content: Iterator[bytes], media_type: str, found: Review, ending: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{file_name(found, ending)}"'}
    return StreamingHttpResponse(content, content_type=media_type, headers=headers)
