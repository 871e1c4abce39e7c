"""The invented people of the demonstration: officers with their posts, applicants with sound numbers of no real area."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from accounts.actor import Actor
from accounts.identity import Identity
from accounts.models import Department, District, Post, Role, User
from casework.channels import Outgoing
from casework.models import ContactChannel, Person
from casework.second_factor import code_at, confirmed, demonstration_secret, step_of
from demo.invented import APPLICANTS, CERTIFIED_UNTIL, number_of
from flows.actions.appoint import FOUNDER, appoint
from flows.actions.choose_channels import add_channel, confirm_channel
from flows.actions.enrol import enrol, known_person
from flows.actions.set_up_second_factor import set_up_second_factor

PASSWORD = "minhang-sample-2026"

# work number, invented name, department, role
OFFICERS = (
    ("admin", "顾明岚", "federation", Role.ADMINISTRATOR),
    ("admin-2", "闻人静", "federation", Role.ADMINISTRATOR),
    ("fed-intake-1", "苏晚亭", "federation", Role.INTAKE),
    ("fed-intake-2", "程小满", "federation", Role.INTAKE),
    ("fed-review-1", "林知夏", "federation", Role.REVIEWER),
    ("fed-review-2", "魏南乔", "federation", Role.REVIEWER),
    ("fed-review-3", "宋清和", "federation", Role.REVIEWER),
    ("fed-head", "邵远山", "federation", Role.HEAD),
    ("civil-1", "沈若川", "civil_affairs", Role.REVIEWER),
    ("civil-2", "罗雨眠", "civil_affairs", Role.REVIEWER),
    ("civil-3", "钟离舒", "civil_affairs", Role.REVIEWER),
    ("hrss-1", "叶明", "hrss", Role.REVIEWER),
    ("hrss-2", "何景行", "hrss", Role.REVIEWER),
    ("hrss-head", "费行简", "hrss", Role.HEAD),
    ("civil-head", "卓映雪", "civil_affairs", Role.APPROVER),
    ("gov-1", "唐嘉木", "district_government", Role.APPROVER),
    ("gov-2", "严思齐", "district_government", Role.APPROVER),
    ("finance-1", "孟庭芳", "finance", Role.PAYER),
    ("town-xinzhuang", "白露晨", "town_xinzhuang", Role.REVIEWER),
    ("town-qibao", "丁一舟", "town_qibao", Role.REVIEWER),
    ("town-zhuanqiao", "范书雁", "town_zhuanqiao", Role.REVIEWER),
    ("town-huacao", "高以诚", "town_huacao", Role.REVIEWER),
    ("town-hongqiao", "韩月笙", "town_hongqiao", Role.REVIEWER),
    ("town-meilong", "纪春和", "town_meilong", Role.REVIEWER),
    ("town-wujing", "康正言", "town_wujing", Role.REVIEWER),
    ("town-maqiao", "李若谷", "town_maqiao", Role.REVIEWER),
    ("town-pujiang", "马思源", "town_pujiang", Role.REVIEWER),
    ("town-jiangchuan", "聂晓川", "town_jiangchuan", Role.REVIEWER),
    ("town-gumei", "欧阳禾", "town_gumei", Role.REVIEWER),
    ("town-xinhong", "潘以南", "town_xinhong", Role.REVIEWER),
    ("town-pujin", "秦望舒", "town_pujin", Role.REVIEWER),
    ("town-industrial", "任平生", "town_xinzhuang_industrial", Role.REVIEWER),
    ("fed-approve-1", "谢安之", "federation", Role.APPROVER),
    ("fed-triage", "段清扬", "federation", Role.TRIAGE),
    ("fed-visit-1", "池鱼", "federation", Role.INSPECTOR),
    ("fed-visit-2", "路远", "federation", Role.INSPECTOR),
    ("hrss-approve", "常乐", "hrss", Role.APPROVER),
    ("finance-approve", "钱有度", "finance", Role.APPROVER),
    ("org-approve", "组砚秋", "organization", Role.APPROVER),
    ("est-review", "编以宁", "establishment", Role.REVIEWER),
    ("sasac-review", "资向荣", "sasac", Role.REVIEWER),
    ("meilong-intake", "梅初雪", "town_meilong", Role.INTAKE),
    ("meilong-visit-1", "陇上行", "town_meilong", Role.INSPECTOR),
    ("meilong-visit-2", "陇间月", "town_meilong", Role.INSPECTOR),
    ("xinhong-intake", "虹桥西", "town_xinhong", Role.INTAKE),
    ("qibao-intake", "七宝南", "town_qibao", Role.INTAKE),
    ("supervisor", "史秉正", "supervision", Role.SUPERVISOR),
    ("auditor", "陶然", "supervision", Role.AUDITOR),
    ("supervise-1", "纪明察", "supervision", Role.REVIEWER),
    ("supervise-approve", "公孙正", "supervision", Role.APPROVER),
    ("fed-approve-2", "关山月", "federation", Role.APPROVER),
    ("civil-approve-2", "容若水", "civil_affairs", Role.APPROVER),
)

# Who chose to be reached beside the account: an applicant by place, an officer by work number; kind and invented address.
REACHED: tuple[tuple[int | str, str, str], ...] = (
    (0, "sms", "10600000000"), (0, "email", "applicant-0@example.invalid"), (5, "email", "applicant-5@example.invalid"),
    ("fed-intake-1", "email", "fed-intake-1@example.invalid"), ("fed-head", "email", "fed-head@example.invalid"),
    ("civil-1", "sms", "10600009001"), ("civil-2", "email", "civil-2@example.invalid"),
    ("supervisor", "email", "supervisor@example.invalid"),
)  # fmt: skip

# Whose telephone and address are another's too: people of one house, one of whom answers for several.
ONE_TELEPHONE = {18: 17, 19: 17}
ONE_ADDRESS = {14: 17, 18: 17, 19: 17}

POSITIONS = (
    ("社区工作者（信息岗）", "Community worker (information)", "有读屏软件"),
    ("社区工作者（窗口岗）", "Community worker (counter)", "一楼，有坡道"),
)


@dataclass
class Cast:
    """Everybody of the demonstration, by work number and by place in the list of applicants."""

    officers: dict[str, Actor]
    applicants: list[Actor]

    def officer(self, number: str, now: datetime) -> Actor:
        """The officer as signed in at that moment."""
        found = self.officers[number]
        return Actor("officer", user=found.user, post=found.post, proved_at=now)

    def applicant(self, place: int, now: datetime) -> Actor:
        found = self.applicants[place]
        return Actor("applicant", user=found.user, on_behalf_of=found.on_behalf_of, proved_at=now)


def everybody(district: District, since: date, now: datetime) -> Cast:
    """Make the officers and the applicants, or find them."""
    cast = Cast(_officers(district, since, now), [_applicant(district, place, now) for place in range(len(APPLICANTS))])
    for who, kind, address in REACHED:
        _reached(cast.applicants[who] if isinstance(who, int) else cast.officers[who], kind, address, district, now)
    return cast


class _Letterbox:
    """Keeps the code that was sent, so that the demonstration can give it back."""

    code = ""

    def send(self, message: Outgoing) -> None:
        self.code = re.findall(r"\d{6}", message.line)[-1]


def _reached(by: Actor, kind: str, address: str, district: District, now: datetime) -> None:
    if ContactChannel.objects.filter(user=by.user, kind=kind, removed_at=None).exists():
        return
    box = _Letterbox()
    channel = add_channel(
        kind=kind, address=address, by=by, now=now, district=district, language="zh-hans", through=box
    )
    confirm_channel(channel_id=channel.pk, code=box.code, by=by, now=now)


def _officers(district: District, since: date, now: datetime) -> dict[str, Actor]:
    departments = {one.code: one for one in Department.objects.filter(district=district)}
    made: dict[str, Actor] = {}
    administrator = FOUNDER
    for login, name, code, role in OFFICERS:
        user = User.objects.filter(login=login).first() or User.objects.create_officer(login, name, PASSWORD)
        post = Post.objects.filter(user=user, role=role).first() or appoint(
            user=user, department=departments[code], role=role, since=since, by=administrator, now=now
        )
        made[login] = Actor("officer", user=user, post=post, proved_at=now)
        if confirmed(user) is None:
            secret = demonstration_secret(login)
            code = code_at(secret, step_of(now))
            set_up_second_factor(secret=secret, code=code, replaces=None, by=made[login], now=now)
        if administrator == FOUNDER and role == Role.ADMINISTRATOR:
            administrator = made[login]
    return made


def _applicant(district: District, place: int, now: datetime) -> Actor:
    name, _, town, certificate = APPLICANTS[place]
    number = number_of(place)
    person: Person = known_person(
        district=district, number=number, name=name, now=now, certificate=number + certificate,
        certificate_until=CERTIFIED_UNTIL,
    )  # fmt: skip
    if town and person.town_id is None:
        person.town = Department.objects.get(district=district, code=town)
        person.telephone = f"1060000{ONE_TELEPHONE.get(place, place):04d}"
        person.address = f"示例路 {ONE_ADDRESS.get(place, place) + 1} 号"
        person._change_reason, person._history_date = "known", now
        person.save()
    user, _ = enrol(district=district, identity=Identity(number, name), now=now)
    return Actor("applicant", user=user, on_behalf_of=person, proved_at=now)
