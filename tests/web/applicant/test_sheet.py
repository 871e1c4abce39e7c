"""The page that fills a list from a spreadsheet."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casework.models import Draft
from casework.sealing import unseal
from flows.actions.draft import save_draft, start_draft
from tests.factories import NOW, applicant
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> tuple[Draft, Client]:
    by = applicant()
    made = start_draft(person=by.on_behalf_of, code="flexible_employment_subsidy", purpose="", by=by, now=NOW)
    return made, signed_in(by)


def page_of(draft: Draft) -> str:
    from policy import measure

    section = next(
        part.code for part in measure(draft.measure).sections if any(one.name == "months" for one in part.facts)
    )
    return f"/my/drafts/{draft.pk}/{section}/sheet/months/"


def months(draft: Draft) -> list[str]:
    draft = Draft.objects.select_related("person__key").get(pk=draft.pk)
    return [row["month"] for row in unseal(draft.key, draft.answers)["facts"].get("months", [])]


def test_rows_are_pasted_checked_on_the_form_and_replaced_or_added_to(draft):
    made, client = draft
    address = page_of(made)
    section = client.get(address.split("sheet/")[0]).content.decode()
    assert 'value="sheet:months"' in section
    assert "按时缴了吗" in client.get(address).content.decode()
    assert client.post(address, {"cells": "2025-03\t是\t是\n2025-04\t是\t是"}).status_code == 302
    assert months(made) == ["2025-03", "2025-04"]
    assert client.post(address, {"cells": "2025-05\t是\t是", "how": "add"}).status_code == 302
    assert months(made) == ["2025-03", "2025-04", "2025-05"]
    file = SimpleUploadedFile("表.csv", "月份,按时缴了吗,缴足了吗\n2025-06,是,是\n".encode())
    answer = client.post(address, {"file": file, "how": "replace"}, follow=True)
    assert months(made) == ["2025-06"]
    assert "读进来 1 行" in answer.content.decode()


def test_a_wrong_cell_changes_nothing_and_what_was_pasted_comes_back(draft):
    made, client = draft
    save_draft(draft_id=made.pk, by=_by(made), now=NOW, facts={"months": [{"month": "2025-01"}]})
    answer = client.post(page_of(made), {"cells": "2025-03\t也许\t是"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "第 1 行，“按时缴了吗”" in page
    assert "2025-03\t也许" in page
    assert months(made) == ["2025-01"]


@pytest.mark.parametrize("sent", [{}, {"cells": "  "}, {"cells": 'a\t"b'}])
def test_nothing_or_no_table_is_said(draft, sent):
    made, client = draft
    assert client.post(page_of(made), sent).status_code == 400


def test_another_window_that_changed_the_draft_is_not_overwritten(draft):
    made, client = draft
    answer = client.post(page_of(made), {"cells": "2025-03\t是\t是", "revision": "0"})
    save_draft(draft_id=made.pk, by=_by(made), now=NOW, facts={"months": [{"month": "2025-01"}]})
    answer = client.post(page_of(made), {"cells": "2025-03\t是\t是", "revision": "1"})
    assert "另一个窗口" in answer.content.decode()
    assert months(made) == ["2025-01"]


def test_the_empty_sheet_has_the_names_of_the_columns(draft):
    made, client = draft
    answer = client.get(f"{page_of(made)}?template")
    assert answer.content.decode("utf-8-sig").startswith("月份,按时缴了吗,缴足了吗")


def test_a_list_that_is_not_asked_is_not_there_and_a_strangers_draft_neither(draft):
    made, client = draft
    assert client.get(page_of(made).replace("months", "nothing")).status_code == 404
    assert signed_in(applicant()).get(page_of(made)).status_code == 404


def _by(draft: Draft):
    from accounts.actor import Actor

    return Actor("applicant", user=draft.user, on_behalf_of=draft.person)
