"""Files and letters: served after the look-up said yes, as attachments or pictures, and the look is noted."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import now

from casework import access, files
from casework.queries import evidence_for, letter_for
from casework.sealing import unseal
from flows.actions.look import look
from flows.actions.serve import serve
from flows.errors import NotThere
from web.guard import for_anyone_signed_in


@for_anyone_signed_in
def evidence_file(request: HttpRequest, evidence_id: int) -> HttpResponse:
    evidence = evidence_for(request.actor, evidence_id)
    content = files.get(evidence.key, evidence.stored_as)
    if evidence.case is not None:
        # A browser says when a picture is asked for by a page that shows it; whoever opens the file asks for itself.
        page = "preview" if request.headers.get("Sec-Fetch-Dest") == "image" else "file"
        look(case=evidence.case, by=request.actor, now=now(), what="file", page=page, detail=evidence.pk)
    as_attachment = "download" in request.GET or not evidence.is_picture
    return _served(content, evidence.media_type, unseal(evidence.key, evidence.name), as_attachment)


@for_anyone_signed_in
def letter_file(request: HttpRequest, number: str) -> HttpResponse:
    """The letter's PDF. An applicant who opens it is served with it; somebody who only reads for a unit is not."""
    letter = letter_for(request.actor, number)
    if not letter.stored_as:
        raise NotThere
    if not request.actor.is_applicant:
        look(case=letter.case, by=request.actor, now=now(), what="letter", page="letter", detail=letter.pk)
    elif access.may(request.actor, "open_letter", case=letter.case):
        serve(letter_id=letter.pk, by=request.actor, now=now(), how="account")
    content = files.get(letter.case.key, letter.stored_as, settings.LETTERS_DIR)
    return _served(content, "application/pdf", f"{letter.number}.pdf", True)


def _served(content: bytes, media_type: str, name: str, as_attachment: bool) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
