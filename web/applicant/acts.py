"""What applicants and organisations may do on a case beside filling in: urge, challenge, confirm, hand in.

Each is declared once; the links stand on the tracking page. An organisation that only provides something sees the step
alone, not the case.
"""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework.models import Case, Comment, Rating, Recusal, Suspension
from casework.queries import case_for, open_task, provided_tasks
from casework.sealing import unseal
from casework.statements import Asked, given
from casework.states import SUSPENDED
from casework.wording import RATINGS, RECUSALS
from flows.actions.comment import comment, withdraw_comment
from flows.actions.confirm import confirm, contradict
from flows.actions.deliver import PROOF, deliver
from flows.actions.open_rectification import CODE as RECTIFICATION
from flows.actions.rate import LONGEST, rate
from flows.actions.recuse import challenge
from flows.actions.urge import urge
from flows.actions.waive import waive
from flows.engine import chain_of
from flows.errors import NotThere
from flows.money import pays
from funds.figures import money_of, sums_of
from funds.models.owed import OPEN
from policy import T
from services.reserve import MEASURE as SHELTERED
from services.reserve import shares_of
from web.account_form import account_fields, give, may_be_owed
from web.acts import Act, Place, Upload, act_named, act_page, choice, offered
from web.controls import a_day
from web.guard import for_applicants, posted
from web.public.controls import text
from web.round_acts import MINE
from web.templatetags.look import say

_REASON = T("请写明理由。", "Please give the reason.")


def _ground(place: Place) -> Mapping[str, forms.Field]:
    return {
        "ground": choice(T("为什么", "Why"), [(key, say(words)) for key, words in RECUSALS.items()], T("请选一个理由。", "Please choose a ground.")),
        "text": text(
            T("是谁，什么情况", "Who, and what it is"), T("知道名字就写，不知道也行。", "The name if you know it; it is fine if not."),
            T("请写几句是什么情况。", "Please say in a few words what it is."), lines=4, max_length=1000,
        ),
    }  # fmt: skip


def _record(place: Place) -> Mapping[str, forms.Field]:
    """What was done; of a rectification also by which day the rest will be."""
    paper = Upload(
        T("材料", "Papers"), None, T("没有可以不传。PDF、JPG、PNG。", "Leave it out if there is none. PDF, JPG or PNG.")
    )
    if place.task is not None and place.task.step_name == PROOF:
        return {
            "record": text(
                T("做到了什么", "What is done now"), T("招了几个人、哪天签的合同。不用写姓名。", "How many were hired and when they signed; no names needed."),
                T("请写做到了什么。", "Please say what is done now."), lines=5, max_length=2000,
            ),
            "paper": Upload(
                T("能证明的材料", "What shows it"), T("请交能证明的材料，比如劳动合同、社保缴费记录。", "Please add what shows it, such as contracts or insurance records."),
                T("劳动合同、社保缴费记录都可以。PDF、JPG、PNG。", "Contracts or insurance records. PDF, JPG or PNG."),
            ),
        }  # fmt: skip
    if place.case.measure == RECTIFICATION:
        return {
            "record": text(
                T("怎么改，谁负责", "How you put it right, and who is responsible"), T("到您写的那天，再交一次证明；看过证明，整改才结束。", "By the day you name, hand in what shows it; the case ends only on that."),
                T("请写怎么改、谁负责。", "Please say how, and who is responsible."), lines=5, max_length=2000,
            ),
            "done_by": a_day(
                T("哪一天改好", "By which day"), T("请写哪一天改好。", "Please give the day."), T("比如 2027-03-31。", "Such as 2027-03-31.")
            ),
            "paper": paper,
        }  # fmt: skip
    return {
        "record": text(
            T("做了什么，结果怎样", "What was done, and what came of it"), None,
            T("请写做了什么、结果怎样。", "Please say what was done and what came of it."), lines=5, max_length=2000,
        ),
        "paper": paper,
    }  # fmt: skip


def _delivered(said: dict[str, Any], given: dict[str, Any]) -> object:
    paper = said.get("paper")
    return deliver(
        **given, record=said["record"], done_by=said.get("done_by"), paper=(paper.name, paper.read()) if paper else None
    )


def _opinion(place: Place) -> Mapping[str, forms.Field]:
    return {"opinion": text(T("想说的话", "Anything to add"), None, None, lines=3, max_length=1000, required=False)}


def _why(place: Place) -> Mapping[str, forms.Field]:
    return {"reason": text(T("哪里不对", "What is not right"), None, _REASON, lines=4, max_length=1000)}


def _note(place: Place) -> Mapping[str, forms.Field]:
    return {
        "text": text(
            T("留言", "Your note"), T("最多 2000 个字。", "At most 2,000 characters."),
            T("请写您要问的或者要说明的。", "Please write what you want to ask or explain."), lines=4, max_length=2000,
        )
    }  # fmt: skip


def _why_waived(place: Place) -> Mapping[str, forms.Field]:
    return {"reason": text(T("为什么", "Why"), None, None, lines=3, max_length=1000, required=False)}


def _is_owed(place: Place) -> bool:
    return any(one.state in OPEN and one.state != "in_batch" for one in sums_of(place.case))


def _how_it_went(place: Place) -> Mapping[str, forms.Field]:
    """The five levels, and that one would rather not say; what was answered before stands there."""
    given = asked_how(place.case)
    levels = [
        *((key, say(words)) for key, words in RATINGS.items()),
        (_SKIP, say(T("这次不评", "I would rather not say"))),
    ]
    fields = {
        "level": choice(T("这次办得怎么样", "How did it go"), levels, T("请选一个。", "Please choose one.")),
        "words": text(
            T("想说的话", "Anything to add"), T("可以不写。督查的人会看，经办的人看不到是谁写的。", "You may leave it out. Supervision reads it; those who handled it never see whose it is."),
            None, lines=4, max_length=LONGEST, required=False,
        ),
    }  # fmt: skip
    if given is not None and given.answered_at is not None:
        fields["level"].initial = str(given.level or _SKIP)
        fields["words"].initial = unseal(place.case.key, given.words) or ""
    return fields


_SKIP = "0"


def _rated(said: dict[str, Any], given: dict[str, Any]) -> object:
    return rate(**given, level=int(said["level"]) or None, words=said["words"])


def asked_how(case: Case) -> Rating | None:
    """The question how it went, while it may be answered; it comes with the case."""
    asked = getattr(case, "rating", None)
    return asked if asked is not None and asked.until >= localdate() else None


def _is_asked(place: Place) -> bool:
    return asked_how(place.case) is not None


def _is_open(place: Place) -> bool:
    return place.case.is_open


def _with_an_office(place: Place) -> bool:
    return place.task is not None and place.task.department_id is not None


ACTS: tuple[Act, ...] = (
    Act("confirm", T("确认", "Confirm"), T("没有问题，就确认。接着往下办。", "If it is right, confirm it. The case goes on."),
        T("确认", "Confirm"), T("确认好了。", "Confirmed."), lambda said, given: confirm(**given, opinion=said["opinion"]), _opinion),
    Act("contradict", T("不对，退回去", "It is not right"), T("写明哪里不对，部门会重新办这一步。", "Say what is not right; the department does that step again."),
        T("退回", "Send it back"), T("退回去了。", "Sent back."), lambda said, given: contradict(**given, reason=said["reason"]), _why, danger=True),
    Act("deliver", T("报送", "Hand it in"), T("写清楚做了什么。交了以后，就到下一步。", "Say what was done. The next step follows."),
        T("交", "Hand it in"), T("交好了。", "It is in."), _delivered, _record),
    Act("urge", T("催办", "Urge the case"), T("经办人和负责人会收到消息。5 个工作日里只能催一次。", "The handler and the head get a message. Once in 5 working days."),
        T("催一下", "Urge it"), T("催过了，部门会看到。", "Urged; the department sees it."), lambda said, given: urge(**given), at_task=False, offered=_with_an_office),
    Act("comment", T("给部门留言", "Write to the department"), T("要问的、要说明的，写在这里，经办的人会看到。写了不能改，可以撤回。", "Ask or explain something here; whoever handles the case reads it. It can't be changed, only withdrawn."),
        T("发出", "Send it"), T("留言发出了，经办的人会收到消息。", "Sent. Whoever handles the case gets a message."), lambda said, given: comment(**given, text=said["text"]), _note, at_task=False, offered=_is_open),
    Act("give_account", T("写收款账户", "Give an account for the payment"), T("批了款，就拨到这个账户。写错了可以再写一次，按最后一次的来。", "What is granted is paid to this account. If it is wrong, give it again; the last one counts."),
        T("存下", "Keep it"), T("收款账户存好了。", "The account is kept."), give, account_fields, at_task=False, offered=may_be_owed),
    Act("waive", T("放弃领款", "Waive the payment"), T("批给您的款就不拨了，这一件办完；以后想要，要重新申请。", "The sum granted to you is then not paid and the case ends; to get it later you apply again."),
        T("放弃", "Waive it"), T("您放弃了领款。", "You waived the payment."), lambda said, given: waive(**given, reason=said["reason"]), _why_waived, at_task=False, danger=True, offered=_is_owed),
    MINE,
    Act("rate", T("评一评这次办理", "Say how it went"), T("选一个就行，想说的话可以不写。到期以前可以改。", "One choice is enough. You may change it until the last day."),
        T("交", "Send it"), T("谢谢，记下了。", "Thank you; it is noted."), _rated, _how_it_went, at_task=False, offered=_is_asked),
    Act("challenge", T("申请经办人回避", "Challenge the handler"), T("经办人是您的亲属，和您有矛盾，或者有别的关系影响公正，可以要求换人。部门负责人来定。", "If the handler is your kin, has a quarrel with you or something else makes it unfair, you may ask for another. The head decides."),
        T("提出", "Send it"), T("提出了，负责人会答复您。", "Sent; the head answers you."), lambda said, given: challenge(**given, ground=said["ground"], text=said["text"]), _ground, at_task=False, offered=_with_an_office),
)  # fmt: skip
STEPS = ("confirm", "contradict", "deliver")


@for_applicants
@require_http_methods(["GET", "POST"])
def my_act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """One act on its own page."""
    case = case_for(request.actor, reference)
    place = Place(request, case, open_task(case))
    return act_page(
        place, act_named(ACTS, verb), "applicant/act.html", reverse("tracking", args=[case.shown_reference])
    )


@for_applicants
@require_http_methods(["GET", "POST"])
def provided(request: HttpRequest, task_id: int, verb: str) -> HttpResponse:
    """A step that the account's organisation holds in somebody else's case: what is asked, for whom, until when."""
    task = provided_tasks(request.actor).filter(pk=task_id).first()
    if task is None or verb not in STEPS:
        raise NotThere
    case: Case = task.process
    place = Place(request, case, task)
    return act_page(place, act_named(ACTS, verb), "applicant/provided.html", reverse("my_cases"))


@for_applicants
@posted("tracking")
def note_withdraw(request: HttpRequest, reference: str, comment_id: int) -> HttpResponse:
    """Take a note of one's own back; the departments see it as withdrawn."""
    case = case_for(request.actor, reference)
    withdraw_comment(case_id=case.pk, by=request.actor, now=now(), comment_id=comment_id)
    messages.success(
        request, say(T("留言撤回了。部门还看得到您写过。", "Withdrawn. The department still sees that you wrote it."))
    )
    return redirect("tracking", case.shown_reference)


PAUSE: Final = Asked(lambda: Suspension.objects.filter(case=given("case"), ended_at=None))
CHALLENGES: Final = Asked(lambda: Recusal.objects.filter(case=given("case"), asked_by_applicant=True).order_by("pk"))
NOTES: Final = Asked(
    lambda: (
        Comment.objects.filter(case=given("case"), audience="applicant", withdrawn_at=None)
        .select_related("department")
        .order_by("-pk")
    )
)


def beside(place: Place) -> dict[str, Any]:
    """What the tracking page shows beside the five lines: acts, the pause, urges, challenges and notes for the applicant."""
    case, key = place.case, place.case.key
    found = offered(ACTS, place)
    pause = PAUSE.first(case=case.pk) if case.state == SUSPENDED else None
    notes, challenges = NOTES.all(case=case.pk), CHALLENGES.all(case=case.pk)
    said = [(one, unseal(key, one.text), one.by_id == place.request.actor.user_id) for one in notes]
    asked = asked_how(case)
    return {
        "rating": asked, "rating_level": RATINGS.get(str(asked.level)) if asked else None,
        "my_steps": [one for one in found if one.verb in STEPS], "ways": [one for one in found if one.verb not in STEPS],
        "suspension": pause, "waits_for": unseal(key, pause.waits_for) if pause else "",
        "notes": said, "said": next((one for one in said[:1] if one[0].department_id), None),
        "shares": list(shares_of(place.request.actor, localdate()).filter(request__case=case).order_by("pk")) if case.measure == SHELTERED else [],
        "challenges": [(one, unseal(key, one.answer) or "") for one in challenges],
        **(money_of(case) if pays(chain_of(case)) else {}), "pays": pays(chain_of(case)),
    }  # fmt: skip
