"""Verify a case's record (核验记录): whether it is what was signed, and the file that others verify without us."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from casework.proving import export_of
from casework.queries import case_for
from casework.verifying import FOUND, verify_subject
from flows.actions.export_record import export_cases
from flows.actions.look import look
from ledger.checkpoints import NotSigned
from ledger.log import Damaged
from web.downloads import attached, noted
from web.guard import for_supervision, posted


@for_supervision
@require_GET
def case_proof(request: HttpRequest, reference: str) -> HttpResponse:
    """What a verification of the case's record finds now, in words."""
    found = case_for(request.actor, reference)
    look(case=found, by=request.actor, now=now(), what="case", page="proof")
    report = verify_subject("case", found.pk, found.district_id)
    context = {
        "case": found,
        "report": report,
        "found": [(one, FOUND[one.kind]) for one in report.findings],
        "here": "audit",
    }
    return render(request, "supervisor/proof.html", context)


@for_supervision
@posted("case_proof")
def case_proof_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The record with its proofs as one JSON file; that it was taken is recorded first."""
    found = case_for(request.actor, reference)
    try:
        export = export_of(found)
    except (LookupError, NotSigned, Damaged):
        return render(request, "supervisor/proof.html", {"case": found, "here": "audit", "no_log": True}, status=503)
    export_cases(by=request.actor, now=now(), case_ids=[found.pk])
    content = json.dumps(export, ensure_ascii=False, indent=1)
    file = HttpResponse(content, content_type="application/json")
    return noted(request, attached(file, f"record-{found.shown_reference}.json"))
