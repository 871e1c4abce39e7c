"""Every address with a key in it, with the real keys of the demonstration's district, asked as each role of another: as if the
key were nobody's.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import URLPattern, get_resolver

from accounts import districts
from accounts.models import Role
from casework import references
from casework.published import forget
from tests.districts import HOST, people_of, second
from tests.factories import NOW, applicant, officer
from tests.web.signing_in import signed_in
from tests.web.test_nothing_leaks import OWN

# Whose keys stand in an address, by its word there; where several models have the same word, by the address's name too.
KEYS = {
    "application_id": "recruitment.RoundApplication", "batch_id": "funds.PaymentBatch", "campaign_id": "casework.Campaign",
    "change_id": "casework.DecisionChange", "client_id": "accounts.ApiClient", "comment_id": "casework.Comment",
    "decision_id": "funds.FundDecision", "draft_id": "casework.Draft", "evidence_id": "casework.Evidence",
    "explanation_id": "casework.Explanation", "fair_id": "services.JobFair", "feasibility_id": "services.Feasibility",
    "fund_id": "funds.Fund", "hit_id": "oversight.PatternHit", "import_id": "casework.RecordImport",
    "introduction_id": "services.Introduction", "note_id": "casework.Interpretation", "objection_id": "casework.Objection",
    "person_id": "casework.ErasureRequest:person_id", "post_id": "recruitment.RoundPost", "project_id": "services.LabourProject",
    "proposal_id": "casework.RuleProposal", "recusal_id": "casework.Recusal", "reference": "casework.Case:reference",
    "round_id": "recruitment.Round", "run_id": "casework.Backtest", "sample_id": "oversight.Sample",
    "search_id": "oversight.SavedSearch", "seeker_id": "services.JobSeeker", "share_id": "services.WorkShare",
    "task_id": "casework.Task", "unit_id": "casework.Organisation", "user_id": "accounts.User",
    "vacancy_id": "services.Vacancy", "code": "casework.Notice:code", "prepared.code": "casework.PreparedClaim:code",
    "number": "casework.Letter:number", "public_interpretation.number": "casework.Interpretation:number",
}  # fmt: skip
# What is nobody's: a measure, a kind, a year, a version, the how-many-th; and letters, which anybody may verify by their code.
PLAIN = {
    "case_then.number": "1", "changes.number": "1", "place": "1", "year": "2026", "version": "1", "kind": "review", "verb": "transfer",
    "part": "written", "section": "ground", "name": "ground", "purpose": "-", "panel": "edges", "slug.code": "direct_admission",
}  # fmt: skip
ALSO_POST = ("nobody", "applicant", "officer reviewer")
OPEN_TO_ALL = {"verify_letter", "letter_proof"}
# Of these the demonstration has none.
NONE_THERE = {"audit_forget", "campaign", "decision_change"}


def nothing_of_it_is_found_from_the_other(settings: Any, capsys: Any) -> None:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, HOST]
    with people_of(second()):
        people = [officer("federation", role) for role in Role.values if role not in (Role.SUPERVISOR, Role.AUDITOR)]
        people += [officer("supervision", Role.SUPERVISOR), officer("finance", Role.PAYER), applicant()]
    try:
        clients = [(f"{by.kind} {by.post.role}" if by.post else by.kind, signed_in(by)) for by in people]
        _walk([*clients, ("nobody", Client())])
    finally:
        districts.forget()
        forget()


def _walk(clients: list[tuple[str, Client]]) -> None:
    asked, without = 0, set()
    for name, path in _patterns():
        words = re.findall(r"<(\w+):(\w+)>", path)
        found = [_key(name, kind, word) for kind, word in words]
        if None in found:
            without.add(name)
            continue
        keyed = next((place for place, (kind, word) in enumerate(words) if _is_a_key(name, kind, word)), None)
        if keyed is None:
            continue
        absent = [*found]
        absent[keyed] = _nobodys(words[keyed][0], str(found[keyed]))
        for who, client in clients:
            seen = _same(client.get, path, found, absent, who)
            if who in ALSO_POST or seen in (302, 405):  # what is only sent to says nothing when it is opened
                _same(client.post, path, found, absent, who)
                client.get("/", HTTP_HOST=HOST)  # whatever was said after the last act
            asked += 1
    assert without == NONE_THERE
    assert asked > 1000


def _same(ask: Any, path: str, found: list[Any], absent: list[Any], who: str) -> int:
    """The status that a real key and nobody's have in common."""
    theirs, none = (_answer(ask, _filled(path, keys)) for keys in (found, absent))
    assert theirs == none, (who, path, theirs[0], none[0])
    return theirs[0]


def _patterns() -> Iterator[tuple[str, str]]:
    for one in get_resolver().url_patterns:
        if isinstance(one, URLPattern) and "<" in str(one.pattern) and one.name not in OPEN_TO_ALL:
            yield str(one.name), "/" + str(one.pattern)


def _is_a_key(name: str, kind: str, word: str) -> bool:
    return f"{name}.{word}" not in PLAIN and word not in PLAIN and f"{kind}.{word}" not in PLAIN


def _key(name: str, kind: str, word: str) -> Any:
    """A real key, of the first row that there is; None where there is none."""
    if not _is_a_key(name, kind, word):
        return next(PLAIN[one] for one in (f"{name}.{word}", f"{kind}.{word}", word) if one in PLAIN)
    model, _, column = KEYS.get(f"{name}.{word}", KEYS.get(word, "")).partition(":")
    rows = apps.get_model(model).objects.order_by("pk").values_list(column or "pk", flat=True)  # type: ignore[attr-defined]
    return next((one for one in rows[:50] if one), None)


def _nobodys(kind: str, key: str) -> str:
    if kind == "uuid":
        return str(uuid.UUID(int=7))
    if kind == "int":
        return "999999937"
    return references.of("MH", NOW.date(), 77) if re.fullmatch("MH[0-9A-Z]{12}", key) else re.sub(r"\d", "9", key)


def _filled(path: str, keys: list[Any]) -> str:
    for key in keys:
        path = re.sub(r"<[^>]*>", str(key), path, count=1)
    return path


def _answer(ask: Any, path: str) -> tuple[int, str]:
    answer = ask(path, HTTP_HOST=HOST)
    text = "" if answer.streaming else answer.content.decode(errors="replace")
    return answer.status_code, OWN.sub("", text.replace(path, "PATH"))
