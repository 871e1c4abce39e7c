"""Work and services in the demonstration: vacancies, job seekers and introductions, a fair, a maker space, a service case,
sheltered work."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department
from casework.models import Case, Organisation
from demo.around import UNIT, Office
from demo.invented import APPLICANTS, number_of
from demo.mandates import MANAGER
from demo.people import Cast
from demo.stories import paper
from flows.actions.accept import accept
from flows.actions.add_signer import add_signer
from flows.actions.attach import attach
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.give_mandate import give_mandate
from flows.actions.name_party import name_party
from flows.actions.register import known_organisation
from flows.actions.submit import submit
from services.actions.assess_feasibility import answer_feasibility, ask_feasibility
from services.actions.book_place import book_place, note_space
from services.actions.hold_fair import FairWish, add_stand, note_fair, visit_fair
from services.actions.introduce import ask_for, offer_vacancy
from services.actions.keep_profile import ProfileWish, keep_profile
from services.actions.keep_reserve import put_in_reserve, take_request
from services.actions.note_vacancy import VacancyWish, note_vacancy
from services.actions.plan_services import ServiceWish, plan_services, record_service
from services.actions.share_work import add_member, answer_share, note_delivery, note_earning, share_work
from services.actions.show_product import show_product
from services.lists import HEADINGS
from services.models import JobSeeker, Vacancy
from services.plans import rows_of

At = Callable[[int, int], datetime]
PROVIDER = ("52310112MJTEXA0PRX", "示例就业服务社（示例）")
SECOND_PROVIDER = ("52310112MJTEXA1PRT", "示例创业指导站（示例）")  # who may give a second opinion
# By place in the list of applicants: who manages the provider, who looks for work, who founds a business.
PROVIDES, OFFERED, ASKS, VISITS, FOUNDS, MEMBER, GUIDED = 9, 3, 17, 12, 16, 1, 15
SHELTERED = "sheltered_employment_project"


def happen(cast: Cast, at: At, latest: datetime) -> None:
    """Everything of this page, in one working day that lies a few days back."""
    unit, provider = _units(cast, at)
    vacancies = _vacancies(cast.applicant(MANAGER, at(10, 40)), unit, at, latest)
    _seekers(cast, at)
    federation = cast.officer("fed-review-1", at(11, 10))
    offered = JobSeeker.objects.get(person=cast.applicant(OFFERED, at(11, 10)).on_behalf_of)
    offer_vacancy(seeker_id=offered.pk, vacancy_id=vacancies[0].pk, by=federation, now=at(11, 10))
    asks = cast.applicant(ASKS, at(11, 20))
    ask_for(person_id=asks.on_behalf_of.pk, vacancy_id=vacancies[0].pk, by=asks, now=at(11, 20))
    _fair(cast, unit, at, latest)
    _space(cast, at, latest)
    _case(Office(cast, at(13, 0), latest), provider)
    _guided(Office(cast, at(13, 0), latest))
    _sheltered(Office(cast, at(13, 0), latest), unit)
    _support(Office(cast, at(14, 0), latest), unit)


def _units(cast: Cast, at: At) -> tuple[Organisation, Organisation]:
    """The demonstration's unit, and a provider with somebody who manages it."""
    by = cast.officer("fed-intake-1", at(10, 30))
    assert by.post is not None
    made = [
        known_organisation(district=by.post.district, number=number, name=name, by=by, now=at(10, 30))
        for number, name in (UNIT, PROVIDER)
    ]
    who = cast.applicant(PROVIDES, at(10, 35)).user
    give_mandate(user=who, organisation=made[1], by=by, now=at(10, 35))  # type: ignore[arg-type]
    return made[0], made[1]


def _vacancies(by: Actor, unit: Organisation, at: At, latest: datetime) -> list[Vacancy]:
    until = localdate(latest) + timedelta(days=30)
    towns = {one.code: one.pk for one in Department.objects.filter(district_id=unit.district_id, kind=Department.TOWN)}
    wishes = (
        VacancyWish(
            title="数据录入员（示例）", field="office", number=2, town=towns["town_meilong"], open_until=until, hours=("full", "part"),
            pay_from=3200, pay_to=4500, place="示例路 1 号", must=("data_entry",), useful=("typing",),
            accommodations=("step_free", "screen_reader", "flexible"),
        ),
        VacancyWish(
            title="线上客服（示例）", field="customer_service", number=3, town=towns["town_qibao"], open_until=until + timedelta(days=15),
            hours=("home", "part"), pay_from=3000, useful=("typing", "telephone"), accommodations=("remote", "captions", "breaks"),
        ),
        VacancyWish(
            title="包装工（示例）", field="packing", number=5, town=towns["town_meilong"], open_until=until + timedelta(days=30),
            hours=("full",), pay_from=2800, pay_to=3200, useful=("packing",), accommodations=("seated", "mentor", "quiet"),
            conditions="能搬 5 公斤。（示例）",
        ),
    )  # fmt: skip
    return [note_vacancy(organisation_id=unit.pk, wish=wish, by=by, now=at(10, 40)) for wish in wishes]


def _seekers(cast: Cast, at: At) -> None:
    wishes = {
        OFFERED: ProfileWish(skills=("data_entry", "typing"), fields=("office",), hours=("part",), needs=("step_free",), words="想离家近一些。（示例）"),
        ASKS: ProfileWish(skills=("data_entry", "telephone"), fields=("office", "customer_service"), needs=("flexible",), pay=3000),
        VISITS: ProfileWish(skills=("packing", "assembly"), fields=("packing",), needs=("sign_language", "quiet")),
    }  # fmt: skip
    for place, wish in wishes.items():
        by = cast.applicant(place, at(10, 50))
        keep_profile(person_id=by.on_behalf_of.pk, wish=wish, by=by, now=at(10, 50))


def _fair(cast: Cast, unit: Organisation, at: At, latest: datetime) -> None:
    by = cast.officer("fed-intake-1", at(11, 30))
    town = Department.objects.get(district_id=unit.district_id, code="town_qibao").pk
    wish = FairWish(
        title="残疾人专场招聘会（示例）", day=localdate(latest) + timedelta(days=12), opens="9:00–12:00", town=town, place="示例路 20 号一楼",
        access="门口有坡道，一楼，有无障碍卫生间。全程手语翻译和大屏字幕，有一间安静的房间。（示例）",
    )  # fmt: skip
    fair = note_fair(wish=wish, by=by, now=at(11, 30))
    add_stand(fair_id=fair.pk, organisation_id=unit.pk, by=by, now=at(11, 32))
    visitor = cast.applicant(VISITS, at(11, 40))
    visit_fair(fair_id=fair.pk, person_id=visitor.on_behalf_of.pk, needs=["sign_language"], by=visitor, now=at(11, 40))


def _space(cast: Cast, at: At, latest: datetime) -> None:
    by = cast.officer("fed-intake-1", at(11, 50))
    assert by.post is not None
    town = Department.objects.get(district_id=by.post.district_id, code="town_meilong").pk
    space = note_space(
        title="梅陇创业空间（示例）", town=town, place="示例路 30 号二楼", access_words="有电梯和坡道，桌子能升降，有读屏软件。（示例）", places=6,
        by=by, now=at(11, 50),
    )  # fmt: skip
    founder = cast.applicant(FOUNDS, at(11, 55))
    day = localdate(latest) + timedelta(days=3)
    book_place(space_id=space.pk, person_id=founder.on_behalf_of.pk, day=day, by=founder, now=at(11, 55))


def _case(office: Office, provider: Organisation) -> None:
    """A founder's service case: planned, with its provider, one service done, the plan found risky."""
    facts = {"goal": "start_business", **{name: None for name in ("skills", "wishes", "accommodations")}}
    case = office.sent("employment_service", FOUNDS, facts)
    accept(**office.given(case, "meilong-intake"), opinion="和本人谈过。（示例）")
    given = office.given(case, "fed-approve-1")
    today = localdate(office.moment)
    wishes = [
        ServiceWish("founding", today, today + timedelta(days=30)), ServiceWish("feasibility", today, today + timedelta(days=14)),
        ServiceWish("policy", today, today + timedelta(days=7)),
    ]  # fmt: skip
    plan = plan_services(
        case_id=case.pk,
        needs="想开网店卖手工，没有做过账，要人带。（示例）",
        wishes=wishes,
        by=given["by"],
        now=office.now,
    )
    name_party(**given, role="provider", organisation=provider)
    office.agreed(case, "fed-approve-1")
    hands = office.cast.applicant(PROVIDES, office.now)
    row = rows_of(plan).filter(service="policy").get()
    record_service(
        service_id=row.pk, done=True, done_on=today, record="讲了创业补贴和社保补贴。（示例）", by=hands, now=office.now
    )
    planner = office.cast.officer("fed-review-1", office.now)
    asked = ask_feasibility(case_id=case.pk, organisation_id=provider.pk, by=planner, now=office.now)
    scores = {**dict.fromkeys(HEADINGS, 3), "money": 1, "market": 2}
    text = "货源不稳，本钱只够三个月。先小批试卖，再租仓库。（示例）"
    answer_feasibility(feasibility_id=asked.pk, scores=scores, risk="high", text=text, by=hands, now=office.now)


def _guided(office: Office) -> None:
    """A second provider: named on a case whose plan waits for its approval."""
    facts = {"goal": "find_work", **{name: None for name in ("skills", "wishes", "accommodations")}}
    case = office.sent("employment_service", GUIDED, facts)
    accept(**office.given(case, "meilong-intake"), opinion="和本人谈过。（示例）")
    given = office.given(case, "fed-approve-2")
    today = localdate(office.moment)
    wishes = [ServiceWish("guidance", today, today + timedelta(days=30))]
    plan_services(case_id=case.pk, needs="想先试一个月。（示例）", wishes=wishes, by=given["by"], now=office.now)
    number, name = SECOND_PROVIDER
    by = given["by"]
    unit = known_organisation(district=by.post.district, number=number, name=name, by=by, now=office.now)
    name_party(**given, role="provider", organisation=unit)


def _sheltered(office: Office, base: Organisation) -> None:
    """A project in the reserve; a base that asked, has its share confirmed, delivered some and paid a member."""
    project, asked = _project(office), _request(office, base)
    by = office.cast.officer("fed-review-1", office.now)
    one = put_in_reserve(case_id=project.pk, skills=["assembly"], kinds=["5", "6"], by=by, now=office.now)
    take_request(case_id=asked.pk, skills=["assembly", "packing"], kinds=["4", "5"], by=by, now=office.now)
    (share,) = share_work(project_id=one.pk, by=by, now=office.now)
    office.agreed(asked, "fed-review-1")
    hands = office.cast.applicant(MANAGER, office.now)
    answer_share(share_id=share.pk, confirms=True, by=hands, now=office.now)
    note_delivery(share_id=share.pk, day=localdate(office.moment), pieces=120, by=hands, now=office.now)
    number, name = number_of(MEMBER), APPLICANTS[MEMBER][0]
    member = add_member(organisation_id=base.pk, number=number, name=name, by=hands, now=office.now)
    month = f"{localdate(office.moment):%Y-%m}"
    note_earning(share_id=share.pk, member_id=member.pk, month=month, pieces=80, by=hands, now=office.now)
    show_product(
        organisation_id=base.pk, title="手工纸盒（示例）", brand="阳光盒子（示例）", words="学员们折的礼品盒，可以印字。（示例）",
        price=Decimal("6.00"), by=hands, now=office.now,
    )  # fmt: skip


def _project(office: Office) -> Case:
    by = office.cast.officer("fed-review-3", office.now)
    assert by.post is not None
    made = start_draft(code=SHELTERED, purpose="project", by=by, now=office.now, department=by.post.department)
    save_about(draft_id=made.pk, by=by, now=office.now, telephone="", address="", town_id=None)
    due = localdate(office.latest) + timedelta(days=60)
    facts = {
        "supplier": "示例纸品厂", "work": "折礼品盒（示例）", "unit_price": "0.80", "volume": 3000, "skills": "会折、会粘",
        "suits": "智力、精神", "deadline": due.isoformat(), "risk": "low",
    }  # fmt: skip
    save_draft(draft_id=made.pk, by=by, now=office.now, facts=facts)
    attach(
        by=by,
        now=office.now,
        code="contract",
        name="订单.png",
        content=paper("订单"),
        draft=made,
        description="订单（示例）",
    )
    case = submit(draft_id=made.pk, by=by, now=office.now)
    office.agreed(case, "fed-review-1")
    office.agreed(case, "fed-approve-1")
    return case


def _request(office: Office, base: Organisation) -> Case:
    facts = {"work": "折纸、包装", "volume": 900, "members": 12, "from_on": localdate(office.moment).isoformat()}
    case = office.handed_in(SHELTERED, "allocation", facts, unit=base, place=MANAGER)
    accept(**office.given(case, "meilong-intake"), opinion="去看过基地。（示例）")
    return case


def _support(office: Office, base: Organisation) -> None:
    """The base asks for support; one inspector went there, the other's signature is still missing."""
    facts = {"base_kind": "sunshine", "what": "换两台裁纸机，装一条坡道。（示例）", "asked_amount": "26000.00"}
    case = office.handed_in("base_support", "", facts, unit=base, place=MANAGER)
    accept(**office.given(case, "fed-intake-1"), opinion="材料齐全。（示例）")
    given = office.given(case, "fed-visit-1")
    second = office.cast.officer("fed-visit-2", office.now)
    add_signer(**given, to=second.user_id, kind="parallel", question="一起去看过，请签。（示例）")
