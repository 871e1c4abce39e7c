"""Two supervisors in the same moment, in real threads: one look, one mark, one review, one sample, one sheet."""

from datetime import timedelta
from functools import partial

import pytest

from accounts.actor import CLOCK
from casework.models import Action, Case
from flows.errors import AlreadyDone
from oversight.actions.check_sample import check_sample
from oversight.actions.draw_sample import Wish, draw_sample
from oversight.actions.find_hits import find_hits
from oversight.actions.mark_hit import mark_hit
from oversight.actions.open_review import open_review
from oversight.models import PatternHit, PatternRun, Sample, SampleCheck
from oversight.sheet import SHEET
from tests.factories import NOW, district, officer, story
from tests.flows.test_races import meet, won
from tests.oversight.telling import another, signed

pytestmark = pytest.mark.usefixtures("committed")
LATER = NOW + timedelta(days=1)


def test_everything_that_two_do_at_once_is_done_once():
    case, signer = story().case, officer("district_government", "approver")
    for _ in range(2):
        each = another(case)
        signed(each, "granted", signer, NOW.replace(hour=19))
        each.outcome, each.decided_at = "granted", NOW
        each.save()
    first, second = officer("supervision", "supervisor"), officer("supervision", "supervisor")
    looked = meet(*[partial(find_hits, district=district(), by=CLOCK, now=LATER)] * 2)
    assert won(looked) == 1
    assert PatternRun.objects.count() == 1
    hit = PatternHit.objects.get(pattern="out_of_hours")
    given = {"hit_id": hit.pk, "reason": "示例", "now": LATER}
    marked = meet(*(partial(mark_hit, **given, by=by, result="follow_up") for by in (first, second)))
    assert won(marked) == 1
    assert isinstance(next(one for one in marked if isinstance(one, Exception)), AlreadyDone)
    opened = meet(*(partial(open_review, **given, by=by) for by in (first, second)))
    assert opened[0].pk == opened[1].pk  # whoever comes second finds the one that is there
    assert Case.objects.filter(measure="audit_review").count() == 1
    assert Action.objects.filter(event="hit_marked").count() == 2
    wish = Wish(NOW.date(), NOW.date(), 1)
    drawn = meet(*[partial(draw_sample, wish=wish, by=first, now=LATER)] * 2)
    assert drawn[0].pk == drawn[1].pk
    assert Sample.objects.count() == 1
    sheet = {
        "sample_id": drawn[0].pk,
        "place": 1,
        "answers": {one.code: "yes" for one in SHEET},
        "remark": "",
        "now": LATER,
    }
    checked = meet(*(partial(check_sample, **sheet, by=by) for by in (first, second)))
    assert won(checked) == 1
    assert SampleCheck.objects.count() == 1
    assert Action.objects.filter(event="sample_checked").count() == 1
