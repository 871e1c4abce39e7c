"""What officers may do beside signing, each declared once; the links stand on the case page under “其他办法”."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from accounts.models import Department, Post
from casework.assessment import find
from casework.judgements import newest
from casework.models import CaseScope, Signature
from casework.queries import case_for, open_task
from casework.sealing import unseal
from casework.wording import PARTIES, RECUSALS, ROLES, SUSPENSIONS
from flows.actions.add_signer import KINDS, add_signer, delegate, remove_signer
from flows.actions.collect import collect
from flows.actions.comment import comment
from flows.actions.copy_to import copy_to
from flows.actions.correct_decision import CORRECTABLE, propose_change
from flows.actions.countersign import countersign
from flows.actions.depart import depart, seconders
from flows.actions.give_opinion import give_opinion
from flows.actions.inspect import attach_record, inspect
from flows.actions.name_party import name_party, roles_of
from flows.actions.recuse import recuse
from flows.actions.register import known_organisation
from flows.actions.retract import may_retract, retract
from flows.actions.suspend import resume, suspend
from flows.actions.transfer import transfer
from flows.actions.urge import urge
from flows.colleagues import advisers_for, handlers_for
from flows.engine import chain_of, step_of
from flows.giving import unit_for
from funds.figures import taken_back_on
from policy import T, measure
from recruitment.queries import unit_named
from web.account_form import fields_at_the_counter, give, may_be_owed
from web.acts import Act, Place, Upload, act_named, act_page, choice, offered
from web.controls import a_day
from web.forms import Radios, Ticks, Understood
from web.guard import for_officers
from web.public.controls import text
from web.reading import narrow, read_date, read_money
from web.reviewer.report_acts import HOLDING
from web.reviewer.visits import at_a_visit
from web.round_acts import NOTED
from web.templatetags.look import plain_day, say

_NOBODY = T("请选一位同事。", "Please choose a colleague.")
_REASON = T("请写明理由。", "Please give the reason.")


def _people(posts: Sequence[Post], label: T, hint: T | None = None) -> forms.Field:
    """Colleagues by department, post and name; whom a duty keeps out is told when chosen."""
    seen: dict[int, str] = {}
    for post in posts:
        words = f"{post.department.title}, {post.user.display_name} ({say(ROLES[post.role])})"
        seen.setdefault(post.user_id, words)
    return choice(label, [(str(key), words) for key, words in seen.items()], _NOBODY, hint=hint)


def _radios(label: T, options: Sequence[tuple[str, T]], error: T) -> forms.Field:
    return forms.ChoiceField(
        label=say(label), choices=[(value, say(words)) for value, words in options], widget=Radios(),
        error_messages={"required": say(error), "invalid_choice": say(error)},
    )  # fmt: skip


def _words(
    label: T, error: T | None, *, lines: int = 3, most: int = 2000, required: bool = True, hint: T | None = None
) -> forms.Field:
    return text(label, hint, error, lines=lines, max_length=most, required=required)


def _transfer(place: Place) -> Mapping[str, forms.Field]:
    assert place.task is not None
    return {
        "to": _people(handlers_for(place.task, localdate()), T("转给谁", "To whom")),
        "reason": _words(T("为什么转", "Why"), T("请写明为什么转给同事。", "Please say why you hand it over.")),
    }


def _question(place: Place) -> Mapping[str, forms.Field]:
    by = place.request.actor
    posts = [one for one in advisers_for(place.case, localdate()) if one.user_id != by.user_id]
    return {
        "to": _people(posts, T("请谁", "Whom")),
        "question": _words(T("请他看什么", "What you ask"), T("请写明要问什么。", "Please write what you ask.")),
    }


def _signer(place: Place) -> Mapping[str, forms.Field]:
    when = {
        "before": T("我签以前", "Before I sign"), "parallel": T("和我一起", "Together with me"),
        "after": T("我签以后，下一步签以前", "After I sign, before the next step does"),
    }  # fmt: skip
    return {
        "kind": _radios(
            T("什么时候签", "When"),
            [(kind, when[kind]) for kind in KINDS],
            T("请选什么时候签。", "Please choose when."),
        ),
        **_question(place),
    }


def _asked_by_me(place: Place) -> list[Signature]:
    asked = Signature.objects.filter(task=place.task, closed_at=None, asked_by_id=place.request.actor.user_id)
    return list(asked.exclude(kind="countersign").select_related("user"))


def _removed(place: Place) -> Mapping[str, forms.Field]:
    options = [(str(one.pk), one.user.display_name) for one in _asked_by_me(place) if one.user]
    return {
        "signature": choice(T("不用谁签了", "Whom to take off"), options, T("请选要取消的那一位。", "Please choose."))
    }


def _asked_of_me(place: Place) -> Signature | None:
    by = place.request.actor
    asked = Signature.objects.filter(task=place.task, closed_at=None, waits=False, user_id__in=by.hands)
    return asked.select_related("asked_by").first()


def _opinion(place: Place) -> Mapping[str, forms.Field]:
    asked = _asked_of_me(place)
    words = _words(T("您的意见", "Your opinion"), None, required=False, lines=5, hint=T("不同意的，要写理由。", "Where you do not agree, please say why."))  # fmt: skip
    if asked is None or asked.kind == "delegate":
        return {"opinion": words}
    options = [("agreed", T("同意", "I agree")), ("refused", T("不同意", "I do not agree"))]
    return {
        "outcome": _radios(T("您同意吗", "Do you agree?"), options, T("请选同意还是不同意。", "Please choose.")),
        "opinion": words,
    }


def _agree(place: Place) -> Mapping[str, forms.Field]:
    options = [("yes", T("同意", "We agree")), ("no", T("不同意", "We do not agree"))]
    return {
        "agrees": _radios(T("您的部门", "Your department"), options, T("请选同意还是不同意。", "Please choose.")),
        "opinion": _words(
            T("意见", "Opinion"),
            None,
            required=False,
            hint=T("不同意的，要写理由。", "Where you do not agree, please say why."),
        ),
    }


def _departments(place: Place) -> Mapping[str, forms.Field]:
    seen = CaseScope.objects.filter(case=place.case).values("department")
    others = Department.objects.filter(district_id=place.case.district_id).exclude(pk__in=seen).order_by("pk")
    options = [(str(one.pk), one.title) for one in others]
    return {
        "department": choice(
            T("抄送给", "To which department"), options, T("请选一个部门。", "Please choose a department.")
        ),
        "reason": _words(T("为什么抄送", "Why they should read it"), _REASON),
    }


def _suspension(place: Place) -> Mapping[str, forms.Field]:
    return {
        "ground": choice(T("理由", "Ground"), [(key, say(words)) for key, words in SUSPENSIONS.items()], T("请选一个理由。", "Please choose a ground.")),
        "until": a_day(T("停到哪一天", "Until which day"), None, T("不知道哪天的，不填，写下面的事。", "Leave it out if you don't know; name the event below.")),
        "waits_for": text(T("等什么事", "What it waits for"), None, None, size="long", max_length=300, required=False),
    }  # fmt: skip


def _why(place: Place) -> Mapping[str, forms.Field]:
    return {"reason": _words(T("理由", "Reason"), _REASON)}


def _comment(place: Place) -> Mapping[str, forms.Field]:
    options = [
        ("departments", T("只给各部门看", "The departments only")),
        ("applicant", T("申请人也能看", "The applicant too")),
    ]
    return {
        "text": _words(T("批注", "Comment"), T("请写批注。", "Please write the comment."), lines=4, hint=T("写了不能改，可以撤回。", "It can't be changed, only withdrawn.")),
        "audience": _radios(T("谁能看到", "Who reads it"), options, T("请选谁能看到。", "Please choose who reads it.")),
    }  # fmt: skip


def _ground(place: Place) -> Mapping[str, forms.Field]:
    return {
        "ground": choice(T("为什么回避", "Why"), [(key, say(words)) for key, words in RECUSALS.items()], T("请选一个理由。", "Please choose a ground.")),
        "text": _words(T("写几句情况", "In a few words"), T("请写几句是什么情况。", "Please say in a few words what it is.")),
    }  # fmt: skip


def _change(place: Place) -> Mapping[str, forms.Field]:
    mine = place.request.actor.post.department_id
    others = Department.objects.filter(district_id=place.case.district_id).exclude(pk=mine).order_by("pk")
    fields: dict[str, forms.Field] = {
        "text": _words(T("更正后的决定怎么写", "What the decision should say"), T("请写更正后的决定。", "Please write it.")),
        "reason": _words(T("为什么更正", "Why"), T("请写明为什么更正，申请人会看到。", "Please say why; the applicant reads it.")),
        "seconder": choice(T("请哪个部门的审批人签", "Which department's approver signs too"), [(str(one.pk), one.title) for one in others], T("请选另一个部门来签。", "Please choose another department.")),
    }  # fmt: skip
    if place.case.amount is not None:
        same = T("金额不变的，不填。现在是 {now} 元。", "Leave it out if it stays. It is {now} yuan.")
        fields["amount"] = _sum(
            T("新的金额（元）", "New sum in yuan"), same.fill(now=place.case.amount), required=False
        )
    return fields


def _has_a_sum(place: Place) -> bool:
    """Whether the step may depart from a sum that the rules give."""
    if place.task is None or place.task.kind not in ("review", "approval"):
        return False
    rules = measure(place.case.measure, place.case.purpose)
    found = newest(place.case) if rules.excludes is not None else None
    return found is not None and found.amount is not None


def _departure(place: Place) -> Mapping[str, forms.Field]:
    found = find(place.case)
    by_rules = T("按规则一共 {sum} 元。", "By the rules it is {sum} yuan in all.").fill(sum=found.amount or 0)
    return {
        "lines": forms.MultipleChoiceField(
            label=say(T("改哪几行？", "Which lines do you depart from?")), widget=Ticks(),
            choices=[(item.key, say(item.why)) for item in found.items], required=bool(found.items),
            error_messages={"required": say(T("请选改的是哪几行。", "Please choose which lines you depart from."))},
        ),
        "amount": _sum(T("一共应当是多少元？", "What should the whole sum be, in yuan?"), by_rules),
        "reason": _words(T("为什么改", "Why"), T("请写明为什么改，申请人会看到。", "Please say why; the applicant reads it."), hint=T("申请人会看到。", "The applicant reads it.")),
        "to": _people(seconders(advisers_for(place.case, localdate())), T("请谁一起签", "Who signs it with you?")),
    }  # fmt: skip


def _sum(label: T, hint: T, required: bool = True) -> Understood:
    return Understood(
        read=lambda typed: Decimal(read_money(typed)), write=str, required=required, label=say(label), help_text=say(hint),
        widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off", "inputmode": "decimal"}),
        error_messages={"required": say(T("请写金额。", "Please give the sum."))},
    )  # fmt: skip


def _inspection(place: Place) -> Mapping[str, forms.Field]:
    options = [("yes", T("情况属实", "It is as stated")), ("no", T("情况不符", "It is not as stated"))]
    return {
        "found": _radios(T("核查结果", "What you found"), options, T("请选核查结果。", "Please choose what you found.")),
        "record": _words(T("核查记录", "Record"), T("请写核查记录：哪天、谁在、看到什么。", "Please write the record."), lines=6, hint=T("写哪天去的、谁在场、看到什么。", "The day, who was there, what you saw.")),
    }  # fmt: skip


def _file(place: Place) -> Mapping[str, forms.Field]:
    return {
        "file": Upload(T("照片或文件", "Picture or paper"), T("请先选一个文件。", "Please choose a file.")),
        "description": text(T("图上是什么", "What it shows"), None, None, size="long", max_length=500, required=False),
    }


def _instalment(place: Place) -> Mapping[str, forms.Field]:
    left = (place.case.amount or Decimal(0)) - taken_back_on(place.case)
    return {
        "amount": Understood(
            read=lambda typed: Decimal(read_money(typed)), write=str, label=say(T("收到多少元", "Sum in yuan")),
            help_text=say(T("还要追回 {left} 元。", "{left} yuan are still to come in.").fill(left=left)),
            error=T("请写收到多少元。", "Please give the sum."),
            widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off", "inputmode": "decimal"}),
        ),
        "received_on": Understood(
            read=read_date, write=plain_day, label=say(T("哪一天到账", "Day on which it came in")), error=T("请写到账的日子。", "Please give the day."),
            widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off"}),
        ),
        "voucher": text(T("收款凭证号", "Receipt number"), None, T("请写收款凭证号。", "Please give the receipt's number."), max_length=60),
    }  # fmt: skip


def _party(place: Place) -> Mapping[str, forms.Field]:
    options = [(role, say(PARTIES[role])) for role in roles_of(chain_of(place.case))]
    known = unit_for(place.case)
    said = unseal(known[1].key, known[1].number) if known else ""
    fields = {
        "role": choice(T("是哪一种单位", "Which party"), options, T("请选是哪一种单位。", "Please choose.")),
        "number": text(T("统一社会信用代码", "Unified social credit code"), T("18 位。", "18 characters."), T("请写 18 位的代码。", "Please give the code of 18 characters."), max_length=40, spellcheck="false"),
        "name": text(T("单位名称", "Name of the organisation"), None, T("请写单位名称。", "Please give its name."), size="long", max_length=120),
    }  # fmt: skip
    # What is known already is not asked again.
    fields["role"].initial = options[0][0] if len(options) == 1 else None
    fields["number"].initial, fields["name"].initial = said, known[1].name if known else unit_named(place.case)
    return fields


def _run_party(said: dict[str, Any], given: dict[str, Any]) -> object:
    number = narrow(said["number"]).replace(" ", "").upper()
    by = given["by"]
    found = known_organisation(district=by.post.district, number=number, name=said["name"], by=by, now=given["now"])
    return name_party(**given, role=said["role"], organisation=found)


def _run_change(said: dict[str, Any], given: dict[str, Any]) -> object:
    return propose_change(
        **given, text=said["text"], reason=said["reason"], seconder_id=int(said["seconder"]), amount=said.get("amount")
    )


def _run_file(said: dict[str, Any], given: dict[str, Any]) -> object:
    upload = said["file"]
    return attach_record(**given, name=upload.name, content=upload.read(), description=said["description"])


def _until(said: dict[str, Any]) -> date | None:
    return said["until"] or None


ACTS: tuple[Act, ...] = (
    Act("countersign", T("会签", "Countersign"), T("您代表您的部门签。最后需要的那个签名，会让这一步结束。", "You sign for your department. The last signature that is needed ends the step."),
        T("签", "Sign"), T("签好了。", "Signed."), lambda said, given: countersign(**given, agrees=said["agrees"] == "yes", opinion=said["opinion"]), _agree),
    Act("give_opinion", T("出意见", "Give your opinion"), T("意见只出一次，写上您的名字。案件还由原来的人办。", "You give it once, in your name. The case stays with its handler."),
        T("交意见", "Send it"), T("意见交了。", "Your opinion is in."), lambda said, given: give_opinion(**given, outcome=said.get("outcome", "given"), opinion=said["opinion"]), _opinion),
    Act("inspect", T("交核查记录", "Hand in the inspection"), T("核查要两个人：先请另一位核查人员一起签（加签），再交。", "A visit needs two: first ask the other inspector to sign too, then hand it in."),
        T("交记录，往下办", "Hand it in"), T("核查记录交了。", "The inspection is handed in."), lambda said, given: inspect(**given, found=said["found"] == "yes", record=said["record"]), _inspection),
    Act("attach_record", T("附核查照片或文件", "Add a picture of the visit"), T("照片和文件跟案件一起存。", "Pictures and papers are kept with the case."),
        T("上传", "Upload"), T("存好了。", "Kept."), _run_file, _file),
    Act("collect", T("记下收到的款", "Note money that came in"), T("分期还的，收到一笔记一笔；收齐了，这一件就办完了。", "Note each instalment as it comes in; with the last one the case is done."),
        T("记下", "Note it"), T("收款记下了。", "Noted."), lambda said, given: collect(**given, amount=said["amount"], received_on=said["received_on"], voucher=said["voucher"]), _instalment),
    Act("name_party", T("写上承办单位", "Name the organisation"), T("后面的步骤由这家单位办。", "Later steps are for this organisation."),
        T("写上", "Name it"), T("写上了。", "Named."), _run_party, _party, offered=lambda place: bool(roles_of(chain_of(place.case)))),
    Act("transfer", T("转给同事", "Hand it to a colleague"), T("从现在起由同事办，以同事自己的名义。", "From now on the colleague handles it, in their own name."),
        T("转办", "Hand it over"), T("转好了。", "Handed over."), lambda said, given: transfer(**given, to=int(said["to"]), reason=said["reason"]), _transfer,
        offered=lambda place: place.task is not None and place.task.kind != "countersign"),
    Act("delegate", T("请人出意见（委派）", "Ask for an opinion"), T("案件还在您手上，等意见到了再签。", "The case stays with you and waits for the opinion."),
        T("发出", "Send"), T("发出了，意见到了会告诉您。", "Sent; you are told when the opinion is there."), lambda said, given: delegate(**given, to=int(said["to"]), question=said["question"]), _question),
    Act("add_signer", T("加签：请人一起签", "Ask another to sign too"), T("只问一次，办理链不变。", "They are asked once; the chain stays as it is."),
        T("加签", "Ask"), T("加签发出了。", "Asked."), lambda said, given: add_signer(**given, to=int(said["to"]), kind=said["kind"], question=said["question"]), _signer),
    Act("depart", T("改算金额", "Depart from the sum"), T("金额和规则算的不一样时用。要写理由，还要一位审批人或者负责人一起签；签了才算数，申请人在决定书里看得到。", "Where the sum should differ from the rules'. It needs a reason and the signature of an approver or a head; the applicant reads it in the letter."),
        T("提出改算", "Propose it"), T("提出了，等第二个人签。", "Proposed; it waits for the second person."),
        lambda said, given: depart(**given, amount=said["amount"], reason=said["reason"], to=int(said["to"]), lines=said["lines"]), _departure,
        offered=_has_a_sum),
    Act("remove_signer", T("减签：不用签了", "Take a question back"), T("只能取消您自己提的、还没有签的。", "Only what you asked and nobody has signed."),
        T("取消", "Take it back"), T("取消了。", "Taken back."), lambda said, given: remove_signer(**given, signature_id=int(said["signature"])), _removed,
        offered=lambda place: bool(_asked_by_me(place))),
    Act("copy_to", T("抄送别的部门", "Copy it to a department"), T("对方能看，不用办。", "They can read it; they need do nothing."),
        T("抄送", "Copy"), T("抄送了。", "Copied."), lambda said, given: copy_to(**given, department_id=int(said["department"]), reason=said["reason"]), _departments),
    Act("suspend", T("中止办理", "Pause the case"), T("所有期限停下，恢复以后接着数。申请人会收到消息。", "All clocks stand still and go on afterwards. The applicant gets a message."),
        T("中止", "Pause"), T("中止了，期限停下了。", "Paused; the clocks stand still."), lambda said, given: suspend(**given, ground=said["ground"], waits_for=said["waits_for"], until=_until(said)), _suspension),
    Act("resume", T("恢复办理", "Resume the case"), T("期限从明天起接着数。", "The clocks go on from tomorrow."),
        T("恢复", "Resume"), T("恢复了。", "Resumed."), lambda said, given: resume(**given, reason=said["reason"]), _why),
    Act("retract", T("取回", "Take my signature back"), T("下一步还没有人签收，可以取回来改。", "Nobody has taken on the next step, so you can take it back."),
        T("取回", "Take it back"), T("取回来了，在您手上。", "It is in your hands again."), lambda said, given: retract(**given, reason=said["reason"]), _why,
        offered=lambda place: may_retract(place.case.pk, place.case.last_event, place.request.actor) is not None and place.task is not None and place.task.owner_id is None),
    Act("recuse", T("我要回避", "Step aside"), T("案件还给本部门，您以后看不到它。负责人会收到消息。", "The case goes back to the department and leaves your lists. The head is told."),
        T("回避", "Step aside"), T("回避了。", "You have stepped aside."), lambda said, given: recuse(**given, ground=said["ground"], text=said["text"]), _ground, danger=True),
    Act("give_account", T("代写收款账户", "Note the account"), T("代办登记的申请，申请人自己不上网的，凭他签字的纸写。拨付的人看得到是谁写的。", "For an application that was registered at the counter, on a paper that the applicant signed. Whoever pays sees who noted it."),
        T("存下", "Keep it"), T("收款账户存好了。", "The account is kept."), give, fields_at_the_counter, at_task=False,
        offered=lambda place: place.case.registrar_id is not None and may_be_owed(place)),
    Act("comment", T("写批注", "Write a comment"), T("留在案件里，不改变办理。", "It stays with the case and changes nothing."),
        T("存下", "Keep it"), T("批注存好了。", "The comment is kept."), lambda said, given: comment(**given, text=said["text"], audience=said["audience"]), _comment, at_task=False),
    Act("urge", T("催办", "Urge"), T("经办人和负责人会收到消息，案件上也看得到。", "The handler and the head get a message, and the case shows it."),
        T("催办", "Urge"), T("催了。", "Urged."), lambda said, given: urge(**given), at_task=False),
    Act("propose_change", T("更正决定", "Correct the decision"), T("决定写错了、算错了，由两个部门的审批人一起更正。", "Where the decision was written or reckoned wrongly, approvers of two departments put it right."),
        T("提出更正", "Propose it"), T("提出了，等另一个部门签。", "Proposed; it waits for the other department."), _run_change, _change, at_task=False, danger=True,
        offered=lambda place: place.case.outcome in CORRECTABLE),
    NOTED,
    *HOLDING,
)  # fmt: skip
# These end the step: they stand in the panel, not under the other ways.
ENDING = ("countersign", "give_opinion", "inspect")


@for_officers
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """One act on its own page."""
    place = place_of(request, reference)
    back = reverse("inbox") if verb == "recuse" else reverse("case", args=[place.case.shown_reference])
    return act_page(place, _as_here(act_named(ACTS, verb), place), "reviewer/act.html", back)


def place_of(request: HttpRequest, reference: str) -> Place:
    found = case_for(request.actor, reference)
    return Place(request, found, open_task(found))


def acts_here(place: Place) -> tuple[list[Act], list[Act]]:
    """The acts that end the step or answer a question, and the others, that the actor may do on this case now."""
    found = [_as_here(one, place) for one in offered(ACTS, place)]
    return [one for one in found if one.verb in ENDING], [one for one in found if one.verb not in ENDING]


def _as_here(act: Act, place: Place) -> Act:
    """What an asked colleague does is called by its step."""
    return at_a_visit(act, place.task, _asked_of_me(place)) if act.verb == "give_opinion" else act


def rounds(place: Place) -> list[Signature]:
    """Who was asked in the open task, and what they said."""
    if place.task is None:
        return []
    asked = Signature.objects.filter(task=place.task).select_related("department", "user", "signed_by", "asked_by")
    return list(asked)


def rule_of(place: Place) -> T | None:
    """How many parties must agree, where the step is a round of countersigning."""
    step = step_of(place.task) if place.task is not None else None
    return getattr(step, "rule", None)
