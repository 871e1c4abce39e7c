"""Look into a case of other departments (查阅): for a duty, with a reason, for 24 hours; head and supervisors are told."""

from datetime import datetime, timedelta

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import AccessGrant
from casework.outbox import to_head, to_supervisors
from casework.sealing import seal
from casework.wording import LOOK_DUTIES
from flows import engine
from flows.conclude import note
from flows.errors import Invalid
from policy import T

SPEC = access.register_action(ActionSpec("request_access", needs="any_case", holder="outsiders", proof=True))
LASTS = timedelta(hours=24)


def request_access(*, case_id: int, by: Actor, now: datetime, duty: str, reason: str) -> AccessGrant:
    """The actor may read the case for a day."""
    with engine.at_work(case_id=case_id, by=by, verb="request_access", now=now) as work:
        if duty not in LOOK_DUTIES:
            raise Invalid(duty=T("请选为了哪项工作。", "Please choose the duty."))
        if len(reason.strip()) < 5:
            raise Invalid(reason=T("请写清楚为什么要看。", "Please say clearly why you need to see it."))
        assert by.post is not None
        grant = AccessGrant.objects.create(
            district_id=work.case.district_id, case=work.case, user_id=by.user_id, post=by.post, duty=duty,
            reason=seal(work.case.key, reason.strip()), since=now, until=now + LASTS,
        )  # fmt: skip
        head = work.case.department_id
        note(
            work, "access_granted", details={"access": grant.pk, "duty": duty, "until": grant.until.isoformat()},
            sealed={"reason": reason},
            tell=(
                to_head(work.case, head, "access_granted", now) if head else None,
                to_supervisors(work.case, "access_granted", now),
            ),
        )  # fmt: skip
        return grant
