"""How applicants found it: letters that they opened, the question that the clock asks then, and what some answered."""

from datetime import datetime

from accounts.actor import CLOCK
from casework.models import Letter
from demo.people import APPLICANTS, Cast
from flows.actions.rate import ask_rating, rate, to_ask
from flows.actions.render_letter import render_letter
from flows.actions.serve import serve

# One answer after the other; None is a question that still waits.
ANSWERS: tuple[tuple[int, str] | None, ...] = (
    (5, "每一步都收到消息，很清楚。（示例）"), (4, ""), None, (2, "等补正的时间太长，电话打了三次才通。（示例）"), (5, ""),
    (3, "结果可以，材料有点多。（示例）"), (4, ""), (1, "不同意这个决定。（示例）"),
)  # fmt: skip


def happen(cast: Cast, at: datetime) -> None:
    """Everybody who got a decision opens the letter; the question follows, and most answer."""
    people = {
        who.on_behalf_of.pk: who for place in range(len(APPLICANTS)) if (who := cast.applicant(place, at)).on_behalf_of
    }
    letters = Letter.objects.decisions().filter(void_at=None, waits_for_notice=False, service=None)
    for letter in letters.filter(case__person__in=people).select_related("case").order_by("pk"):
        render_letter(letter_id=letter.pk, by=CLOCK, now=at)
        serve(letter_id=letter.pk, by=people[letter.case.person_id], now=at, how="account")
    cases = list(to_ask(at).filter(person__in=people))
    for number, case in enumerate(cases):
        ask_rating(case_id=case.pk, by=CLOCK, now=at)
        answer = ANSWERS[number % len(ANSWERS)]
        if answer is not None:
            rate(case_id=case.pk, by=people[case.person_id], now=at, level=answer[0], words=answer[1])
