"""What an auditor should look at."""

import time

from django.http import HttpResponse
from rest_framework.viewsets import ViewSet

from purposeapp.api.answers import personal
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.cursors import signer
from purposeapp.api.findings import schema
from purposeapp.api.findings.queries import FindingsQuery
from purposeapp.api.queries import read_query
from purposeapp.api.shapes import ending
from purposeapp.api.who.access import let_in
from purposeapp.discovery.findings import Findings
from purposeapp.discovery.written import Json
from purposeapp.domain.findings import Finding, Proof
from purposeapp.domain.page import CursorSigner, Place
from purposeapp.domain.revision import Revision


class FindingsViewSet(ViewSet):
    """For auditors; every question is recorded."""

    @schema.findings
    def list(self, request: ApiRequest) -> HttpResponse:
        query = read_query(request, FindingsQuery)
        let_in(request, "findings", kinds=query["kind"])
        cursors = signer(request.path, request.auth.slug, request.user.person.id, query["kind"])
        after = cursors.read(query["cursor"]) if "cursor" in query else None
        counted = request.auth.everybody.counted(anew=query["consistency"] != "fast")
        found = counted.audit(request.auth.policies, now=time.time()).findings(query["kind"])
        page = body(
            found,
            after=after,
            limit=query["limit"],
            cursors=cursors,
            as_of=counted.as_of,
            revision=request.auth.revision,
        )
        return personal(request, page, revision=request.auth.revision)


def body(
    found: Findings,
    *,
    after: Place | None,
    limit: int,
    cursors: CursorSigner,
    as_of: float,
    revision: Revision,
) -> Json:
    """One page of them; `as_of` (epoch seconds) is when the people were counted."""
    page = found.page(after=after, limit=limit)
    return {
        "findings": [shape(each) for each in page.items],
        "total": page.total,
        "counts": {kind.value: count for kind, count in found.counts.items()},
        **ending(page.last, cursors, as_of=as_of, revision=revision),
    }


def shape(finding: Finding) -> Json:
    entity = finding.entity
    return {
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "entity": {"type": entity.type, "id": entity.id, "name": entity.name},
        "sentence": finding.sentence,
        "detail": finding.detail,
        "proof": [_proof(each) for each in finding.proof()],
    }


def _proof(proof: Proof) -> Json:
    method = "GET" if proof.body is None else "POST"
    request = {"method": method, "path": proof.path, "body": proof.body}
    return {"request": request, "expect": proof.expect}
