"""A review as a file: for whoever may export, each time on the record."""

from collections.abc import Iterator
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils import timezone
from rest_framework.viewsets import ViewSet

from purposeapp.api.authentication import ApiRequest
from purposeapp.api.queries import FreshQuery, read_query
from purposeapp.api.reviews import schema
from purposeapp.api.reviews.access import answer_of, find
from purposeapp.api.reviews.queries import DownloadQuery
from purposeapp.api.who.access import let_in_to_export
from purposeapp.discovery.reviews.download import MEDIA_TYPES, FileFormat, download
from purposeapp.discovery.reviews.evidence import evidence
from purposeapp.discovery.reviews.rows import file_name, votes_of
from purposeapp.models import Review


class ReviewDownloadsViewSet(ViewSet):
    """Files are made while they are sent: nothing of them is kept, whatever their size."""

    @schema.download_review
    def download(self, request: ApiRequest, review_id: UUID) -> StreamingHttpResponse:
        form = FileFormat(read_query(request, DownloadQuery)["format"])
        review = find(request, review_id)
        frozen = answer_of(review).as_it_stands()
        let_in_to_export(request, "review download", review=str(review.pk), format=form.value)
        return _sent(download(frozen, form), MEDIA_TYPES[form], review, form.value)

    @schema.get_evidence
    def evidence(self, request: ApiRequest, review_id: UUID) -> StreamingHttpResponse:
        read_query(request, FreshQuery)
        review = find(request, review_id)
        frozen = answer_of(review).as_it_stands()
        let_in_to_export(request, "review evidence", review=str(review.pk))
        made = {"at": timezone.now(), "by": request.user.person.username, "byId": request.user.person.id}
        return _sent(evidence(frozen, votes_of(frozen), made=made), "application/zip", review, "zip")


def _sent(content: Iterator[bytes], media_type: str, review: Review, ending: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name(review, ending)}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
