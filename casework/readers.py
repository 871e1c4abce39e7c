"""Who reads a message, and by which channels: derived from mandates and posts in force, never stored with it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from accounts.models import Department, Post, Role, User
from accounts.rights import HANDLES
from casework.models import ContactChannel, Mandate, Message


def readers_of(messages: Iterable[Message], on: date) -> dict[int, set[int]]:
    """The keys of the accounts that read each message, by the message's key; two statements for all of them.

    An applicant's message: every account with a mandate in force. A department's: its officers with a post in force
    who handle the kind of step that it is about, or the one officer whom it names. Heads and supervisors: those who
    hold such a post.
    """
    given = list(messages)
    mandates, posts = _mandates(given, on), _posts(given, on)
    return {message.pk: _of_applicant(message, mandates) or _of_officers(message, posts) for message in given}


Mandates = dict[tuple[str, int], set[int]]


def _mandates(messages: list[Message], on: date) -> Mandates:
    cases = [message.case for message in messages if message.audience == "applicant" and message.case is not None]
    units = {case.organisation_id for case in cases if case.organisation_id}
    units |= {message.organisation_id for message in messages if message.organisation_id}
    found: Mandates = defaultdict(set)
    if cases or units:
        theirs = Q(person__in={case.person_id for case in cases if case.person_id}) | Q(organisation__in=units)
        in_force = Mandate.objects.in_force(on).filter(theirs)
        for user, person, organisation in in_force.values_list("user_id", "person_id", "organisation_id"):
            found["person" if person else "organisation", person or organisation].add(user)
    return found


def _of_applicant(message: Message, mandates: Mandates) -> set[int]:
    if message.audience == "organisation":
        return mandates["organisation", message.organisation_id] if message.organisation_id else set()
    if message.audience != "applicant":
        return set()
    case = message.case
    if case is None:
        return {message.user_id} if message.user_id else set()
    if case.person_id:
        return mandates["person", case.person_id]
    return mandates["organisation", case.organisation_id] if case.organisation_id else set()


def _posts(messages: list[Message], on: date) -> list[Post]:
    departments = {message.department_id for message in messages if message.department_id}
    districts = {message.district_id for message in messages if message.audience == "supervisor"}
    if not departments and not districts:
        return []
    supervision = Q(role=Role.SUPERVISOR, department__kind=Department.SUPERVISION, district__in=districts)
    return list(Post.objects.in_force(on).filter(Q(department__in=departments) | supervision))


def _of_officers(message: Message, posts: list[Post]) -> set[int]:
    return {post.user_id for post in posts if _reads(post, message)}


def _reads(post: Post, message: Message) -> bool:
    if message.audience == "supervisor":
        is_supervision = post.department.kind == Department.SUPERVISION and post.district_id == message.district_id
        return post.role == Role.SUPERVISOR and is_supervision
    if post.department_id != message.department_id or (message.user_id and message.user_id != post.user_id):
        return False
    if message.user_id:  # to one officer, whatever the step
        return True
    if message.audience == "head":
        return post.role == Role.HEAD
    return message.audience == "department" and handles(post.role, message.kind)


def handles(role: str, kind: str) -> bool:
    """Whether the role handles the kind of step. A role in the kind's place has the step alone; a kind that no role handles
    is for all who handle any."""
    steps = {name for name in HANDLES[role] if name != "handle_challenge"}
    known = any(f"handle_{kind}" in of_role for of_role in HANDLES.values())
    if not known and kind in HANDLES:
        return role == kind
    return f"handle_{kind}" in steps if known else bool(steps)


def channels_of(users: Iterable[int], kinds: Iterable[str]) -> dict[int, list[ContactChannel]]:
    """The channels in use of each account, in one statement."""
    found: dict[int, list[ContactChannel]] = defaultdict(list)
    used = ContactChannel.objects.filter(
        user__in=set(users), kind__in=list(kinds), is_on=True, confirmed_at__isnull=False, removed_at=None
    )
    for one in used:
        found[one.user_id].append(one)
    return found


def language_of(user: User, message: Message) -> str:
    """The language that the account chose; else the application's, for its applicant; else Chinese."""
    if user.language:
        return user.language
    return message.case.language if message.audience == "applicant" and message.case else "zh-hans"
