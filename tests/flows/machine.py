"""A model of a case for the state machine: who might do what, what may come of it, and what must hold afterwards."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

import flows.chains
from accounts.actor import ANONYMOUS, CLOCK, Actor
from accounts.models import Role
from accounts.rights import permissions_of
from casework import access, states
from casework.evidence import BadFile
from casework.models import Action, Case, Relation, Signature, Task
from flows.actions.depute import set_deputy
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.reopen import APPEALABLE
from flows.actions.submit import submit
from flows.chains import CIVIL_AFFAIRS, FEDERATION, HRSS
from flows.drills.acts import ACTS, GOOD_END, Act, Nothing
from flows.drills.invariants import broken
from flows.drills.scene import (
    ADMISSION,
    ALLOCATION,
    NOTE,
    RECLAIM,
    RECTIFICATION,
    SELF_EMPLOYED,
    SERVICE,
    TOWN,
    At,
    Kind,
    Scene,
    answers_to,
    proved,
)
from flows.engine import REGISTRY, CaseFlow
from flows.errors import FlowError, NotAllowed
from flows.steps import Approval, Intake, Review, n_of
from flows.sweep import sweep
from funds.models import Payable
from funds.models.owed import OPEN

HOW = ("forward",) * 8 + ("here",) * 4 + ("rarely",) * 4 + ("anything",) * 3 + ("time",) * 2
RARE = (
    "retract", "contradict", "advise_against", "return_to", "request_correction", "lapse", "propose_change", "approve_change",
    "withdraw_change", "reject_change", "withdraw_comment", "attach_record", "challenge", "decide_challenge", "recuse",
    "suspend", "move_chain", "add_signer", "refuse", "decline", "waive", "give_account", "lapse_payment",
    "make_batch", "release_batch", "read_results", "take_out", "drop_batch",
)  # fmt: skip
Pick = Callable[[Sequence[Any]], Any]
ROUND = Kind("post_application", "test_machine")
_STEPS = (
    Intake("federation_intake", by=FEDERATION), Review("federation_review", by=FEDERATION),
    n_of("round", 2, FEDERATION, HRSS, CIVIL_AFFAIRS), Approval("hrss_approval", by=HRSS, decides=True),
)  # fmt: skip
_STEPS_2 = (*_STEPS[:2], Review("civil_affairs_review", by=CIVIL_AFFAIRS), *_STEPS[2:])
_ADMISSION_2 = REGISTRY["direct_admission", "", 1].steps
INVENTED: dict[tuple[str, str, int], tuple[str, tuple[Any, ...]]] = {
    (ROUND.code, ROUND.purpose, 1): ("TestMachineRoundFlow", _STEPS),
    (ROUND.code, ROUND.purpose, 2): ("TestMachineRound2Flow", _STEPS_2),
    ("direct_admission", "", 2): ("TestMachineAdmission2Flow", _ADMISSION_2),
}
MINE = [ADMISSION, SELF_EMPLOYED, ALLOCATION, SERVICE, NOTE, RECTIFICATION, ROUND, RECLAIM]


def invented_chains() -> list[tuple[str, str, int]]:
    """A round of two out of three in the middle of a chain, and second versions to move cases between; their keys."""
    for (code, purpose, version), (name, steps) in INVENTED.items():
        made = getattr(flows.chains, name, None)
        if made is None:
            made = type(
                name, (CaseFlow,),
                {"__module__": "flows.chains", "measure": code, "purpose": purpose, "version": version, "steps": steps},
            )  # fmt: skip
            setattr(flows.chains, name, made)
        REGISTRY[code, purpose, version] = made
    return list(INVENTED)


class World(Scene):
    """The people of the machine: those of every drill, and those whom a duty or a date keeps from a case."""

    def __init__(self) -> None:
        super().__init__("m")
        self.everybody()
        self._special()

    def _special(self) -> None:
        kin = self.officer("federation", Role.REVIEWER)
        Relation.objects.create(
            district=self.district, user=kin.user, kind="kin", declared_at=self.founded,
            number_index=self.people["applicant"].on_behalf_of.number_index,
        )  # fmt: skip
        self.people["federation reviewer kin"] = kin
        self.people["federation reviewer gone"] = self.officer("federation", Role.REVIEWER, until=date(2024, 6, 30))
        # Who registers for others also reviews: a duty keeps them from what they registered.
        registrar = self["federation intake 1"]
        self.people["federation reviewer registrar"] = self._second_post(registrar, "federation", Role.REVIEWER)
        self.people["hrss approver both"] = self._second_post(self["federation approver 1"], "hrss", Role.APPROVER)
        for name, deputy in (
            ("federation reviewer 1", "federation reviewer 2"),
            ("hrss approver 1", "hrss reviewer 1"),
        ):
            principal = self[name]
            made = set_deputy(
                principal=principal.post, user=self[deputy].user, since=date(2024, 11, 1), until=date(2025, 10, 1),
                by=proved(principal, self.founded), now=self.founded,
            )  # fmt: skip
            self.people[f"{name} deputy"] = Actor(
                "officer", user=self[deputy].user, post=principal.post, deputy_for=made
            )
            again = set_deputy(
                principal=principal.post, user=self[deputy].user, since=date(2026, 10, 1), until=date(2027, 9, 1),
                by=proved(principal, self.founded), now=self.founded,
            )  # fmt: skip
            self.people[f"{name} deputy again"] = replace(self.people[f"{name} deputy"], deputy_for=again)

    def _second_post(self, by: Actor, code: str, role: str) -> Actor:
        from flows.actions.appoint import appoint

        post = appoint(
            user=by.user, department=self.department(code), role=role, since=date(2024, 3, 1),
            by=self._founder(role), now=self.founded,
        )  # fmt: skip
        return Actor("officer", user=by.user, post=post)


class Model:
    """One case and what was seen of it. `attempt` does one act and checks everything that can be checked."""

    def __init__(self, world: World, kind: Kind, pick: Pick) -> None:
        self.world, self.pick, self.kind = world, pick, kind
        self.counts: dict[str, int] | None = None
        self.tried: Counter[str] = Counter()
        self.begin()

    def begin(self) -> None:
        """A new application; the one before, if there was one, is over for good."""
        registered = self.kind is ADMISSION and self.pick((False, True))
        self.case_id = self._registered().pk if registered else self.world.begin(self.kind).pk
        self.now: datetime = self.kind.sent_at
        self.version, self.counts = 0, None
        self.check()

    def _registered(self) -> Case:
        """The same application, registered at the counter on a signed paper."""
        from flows.actions.attach import attach
        from flows.drills.scene import picture

        by, who = self.world["federation intake 1"], self.world.people["applicant"].on_behalf_of
        now = self.kind.sent_at
        made = start_draft(code=self.kind.code, by=by, now=now, person=who)
        save_about(
            draft_id=made.pk,
            by=by,
            now=now,
            telephone="021",
            address="示例路 1 号",
            town_id=self.world.department(TOWN).pk,
        )
        save_draft(draft_id=made.pk, by=by, now=now, facts=answers_to(self.kind))
        for code in ("award_document", "organiser_document", "signed_paper"):
            attach(by=by, now=now, code=code, name="示例.jpg", content=picture(), draft=made)
        return submit(draft_id=made.pk, by=by, now=now)

    # --- what happens

    def happen(self, how: str) -> None:
        """One step: the case goes on, something that its step knows is tried, anything by anybody, or time passes."""
        if how == "forward":
            self.forward()
        elif how == "here":
            act = ACTS[self.pick(self.verbs_here())]
            self.attempt(self.pick(self.likely(act)), act)
        elif how == "rarely":
            self.rarely()
        elif how == "anything":
            act = ACTS[self.pick(sorted(ACTS))]
            self.attempt(self.pick(sorted(self.world.people)), act, proof_is_old=self.pick((False, False, True)))
        else:
            self.wait(self.pick(range(21)))
            self.swept(again=self.pick((False, False, True)))

    def at(self, name: str) -> At:
        return At(self.world, self.case_id, proved(self.world.people[name], self.now), self.now, self.pick)

    def attempt(self, name: str, act: Act, *, proof_is_old: bool = False) -> str:
        """The act by whoever bears the name: what came of it, in a word."""
        at = self.at(name)
        if proof_is_old and at.by.proved_at:
            at.by = replace(at.by, proved_at=self.now - timedelta(minutes=16))
        before = self.counts or counts()
        row = Case.objects.filter(pk=self.case_id).values().get()
        verdict = self.verdict(at, act)
        at = replace(at, loaded={})
        try:
            act.do(at)
        except Nothing:
            self.counts = before
            return "nothing"
        except (FlowError, BadFile) as error:
            self._left_no_trace(error, before, row, f"{act.name} by {name}")
            self.tried[f"{act.name} {type(error).__name__}"] += 1
            return type(error).__name__
        assert verdict is not False, f"{act.name} by {name} went through though it is not theirs"
        assert not (proof_is_old and act.verb and access.proof_is_due(at.by, act.verb, self.now)), (
            f"{act.name} unproved"
        )
        self.counts = None
        self.tried[f"{act.name} done"] += 1
        self.check()
        return "done"

    def verdict(self, at: At, act: Act) -> bool | None:
        """What the one judge says beforehand; None where the act has no right of its own."""
        if not act.verb:
            return None
        if access.ACTIONS[act.verb].needs == "open_task":
            return bool(access.may(at.by, act.verb, task=at.task, on=self.now.date()))
        return bool(access.may(at.by, act.verb, case=at.case, on=self.now.date()))

    def _left_no_trace(self, error: Exception, before: dict[str, int], row: dict[str, Any], what: str) -> None:
        after = counts()
        kept = after["casework_refusedattempt"] - before["casework_refusedattempt"]
        assert kept in ((0, 1) if isinstance(error, NotAllowed) else (0,)), f"{what}: {kept} refused attempts"
        changed = {
            table: (before[table], number)
            for table, number in after.items()
            if number != before[table] and table != "casework_refusedattempt"
        }
        assert not changed, f"{what} failed ({error!r}) and left {changed}"
        assert Case.objects.filter(pk=self.case_id).values().get() == row, f"{what} failed and changed the case"
        self.counts = after

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    def swept(self, again: bool = False) -> None:
        """The clock does what is due; asked again at once, it finds nothing."""
        done = sweep(self.now, self.case_id)
        self.tried.update(f"clock {name}" for name in done)
        self.counts = None
        self.check()
        if again:
            more = sweep(self.now, self.case_id)
            assert not more, f"a second sweep found {dict(more)}"

    def check(self) -> None:
        """Everything that holds of the case after whatever happened."""
        wrong = broken(self.case_id)
        case = Case.objects.get(pk=self.case_id)
        assert not wrong, "\n".join(wrong)
        assert case.version >= self.version, f"version {self.version} fell to {case.version}"
        self.version = case.version

    # --- who and what

    def likely(self, act: Act) -> list[str]:
        """Whom one would expect to do it; the machine asks others too."""
        at, people = self.at("clock"), self.world.people
        task, spec = at.task, access.ACTIONS.get(act.verb)
        holder = spec.holder if spec else "applicant"
        if holder in ("handler", "handler_or_head", "department") and task.department_id is None:
            return ["applicant", "unit", "provider"]
        if holder in ("handler", "handler_or_head") and task.owner_id is not None:
            return self._called(lambda by: by.user_id == task.owner_id)
        if holder in ("handler", "department", "handler_or_head"):
            return self._called(lambda by: _handles(by, task.department_id, task.kind)) or sorted(people)
        if holder == "asked":
            asked = set(Signature.objects.filter(task=task, closed_at=None).values_list("user_id", flat=True))
            return self._called(lambda by: by.user_id in asked) or sorted(people)
        if act.name == "retract":
            last = Action.objects.filter(subject_kind="case", subject_id=self.case_id, event=at.case.last_event)
            signers = set(last.values_list("user_id", flat=True))
            return self._called(lambda by: by.is_officer and by.user_id in signers) or sorted(people)
        roles = _ROLES.get(holder)
        if roles:
            return self._called(lambda by: by.has_role(*roles))
        return {
            "clock": ["clock"],
            "applicant": ["applicant", "unit"],
            "applicant_or_counter": ["applicant", "unit"],
            "anyone": ["anonymous", "stranger"],
        }.get(holder, sorted(people))

    def _called(self, fits: Callable[[Actor], bool]) -> list[str]:
        return [name for name, by in self.world.people.items() if by not in (CLOCK, ANONYMOUS) and fits(by)]

    def verbs_here(self) -> list[str]:
        """Acts that this state and step could allow."""
        at = self.at("clock")
        verbs = access.rights_of(at.task).verbs if at.case.is_open else frozenset()
        found = []
        for act in ACTS.values():
            spec = access.ACTIONS.get(act.verb)
            if spec is None:
                found += [act.name] if at.case.state == states.CORRECTION else []
            elif at.case.state in spec.states or spec.needs == "any_case":
                fits = act.verb in verbs or spec.needs != "open_task" or spec.anywhere
                found += [act.name] if fits or spec.holder in ("asked", "anyone", "clock", "applicant") else []
        return found or sorted(ACTS)

    def forward(self) -> None:
        """The next thing towards the end of the case, by somebody who may."""
        at = self.at("clock")
        case = at.case
        if not case.is_open and case.outcome not in APPEALABLE:
            self.begin()
        elif case.state == states.CORRECTION and self.pick((False, False, True)):
            self._let_expire()
        else:
            act = ACTS[self._next(at)]
            self.attempt(self.somebody_who_may(act), act)

    def _let_expire(self) -> None:
        """The applicant does nothing: two reminders, then the case goes back to the step that asked."""
        for days in (20, 9, 2):
            self.wait(days)
            self.swept()

    def _of_a_notice(self, task: Task) -> str:
        """Objected to and answered, or let run out."""
        if task.notice.objections.filter(outcome="").exists():
            return str(self.pick(("dismiss", "uphold")))
        until = datetime.combine(task.notice.ends_on, self.now.timetz())
        if self.now <= until and self.pick((True, False)):
            self.now = max(self.now, datetime.combine(task.notice.starts_on, self.now.timetz()))
            return "object_to"
        self.now = max(self.now, until + timedelta(days=1))
        return "end_notice"

    def rarely(self) -> None:
        """What there is seldom a chance for: where there is one, it is taken."""
        act = ACTS[self.pick(RARE)]
        self.attempt(self.somebody_who_may(act), act)

    def somebody_who_may(self, act: Act) -> str:
        """One of the likely people: the first of a few who may, as the machine would else be told no half of the time."""
        names = self.likely(act)
        first = names.index(self.pick(names))
        names, at = [*names[first:], *names[:first]], self.at("clock")  # they all look at the same task
        people = ((name, at.by_other(self.world.people[name])) for name in names[:8])
        return next((name for name, theirs in people if self.verdict(theirs, act) is not False), names[0])

    def _next(self, at: At) -> str:
        task, case = at.task, at.case
        if not case.is_open or case.state == states.SUSPENDED:
            return "resume" if case.is_open else "reopen"
        if task.department_id and task.kind != "countersign" and task.owner_id is None:
            return "claim"
        if task.kind == "correction":
            done = case.correction_requests.filter(answered_at=None, expired_at=None, revision__gt=0).exists()
            return "resubmit" if done else "save_correction"
        asked = list(Signature.objects.filter(task=task, waits=False).exclude(kind="countersign"))
        if any(one.is_open for one in asked):
            return "give_opinion"
        if task.kind == "inspect" and not any(one.outcome == "agreed" for one in asked):
            return "second"
        if task.kind == "publicity":
            return self._of_a_notice(task) if hasattr(task, "notice") else "publish"
        if task.step_name == "plan_approval" and not case.parties.exists():
            return "name_party"
        if task.kind == "payment":
            return "collect" if at.step.comes_in else self._at_the_bank(case)
        return GOOD_END[task.kind]

    @staticmethod
    def _at_the_bank(case: Case) -> str:
        """What brings the case's oldest open sum nearer to its payment."""
        owed = Payable.objects.filter(case=case, state__in=OPEN).order_by("fund_id").first()
        if owed is None or owed.state in ("waiting_account", "bounced"):
            return "give_account"
        if owed.state == "due":
            return "make_batch"
        item = owed.items.filter(left_out="").select_related("batch").latest("pk")
        if item.batch.state == "made":
            return "release_batch"
        return f"settle_{item.result}" if item.result else "read_results"


_ROLES: dict[str, tuple[str, ...]] = {
    "head": (Role.HEAD,), "party": (Role.APPROVER,), "seers": (Role.REVIEWER, Role.APPROVER, Role.INTAKE, Role.SUPERVISOR),
    "supervision": (Role.SUPERVISOR,), "urgers": (Role.SUPERVISOR,), "deciders": (Role.APPROVER,),
    "correctors": (Role.APPROVER,), "seconders": (Role.APPROVER,), "administrators": (Role.ADMINISTRATOR,),
    "payers": (Role.PAYER,), "finance": (Role.PAYER, Role.APPROVER),
    "officers": (Role.REVIEWER, Role.INTAKE), "outsiders": (Role.PAYER, Role.REVIEWER),
}  # fmt: skip


def _handles(by: Actor, department_id: Any, kind: str) -> bool:
    return (
        by.post is not None and by.post.department_id == department_id and f"handle_{kind}" in permissions_of(by.post)
    )


_prepared_on: Any = None


def counts() -> dict[str, int]:
    """How many rows each of our tables has; the statement is planned once, as that takes four times as long as it does."""
    global _prepared_on
    with connection.cursor() as cursor:
        if _prepared_on is not connection.connection:
            names = connection.introspection.table_names()
            counted = [
                one for one in names if one.startswith(("accounts_", "casework_", "funds_")) and "holiday" not in one
            ]
            each = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in counted)
            cursor.execute(f"PREPARE counts AS {each}")
            _prepared_on = connection.connection
        cursor.execute("EXECUTE counts")
        return dict(cursor.fetchall())
