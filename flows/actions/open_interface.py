"""Let a system use the API (接入): who it is, and the tokens that it shows. Given out, and taken back, by an administrator."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import ApiClient, ApiToken, Department, Scope, User
from accounts.tokens import digest, new_secret
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from flows.errors import Invalid, NotAllowed, NotThere, ProofNeeded
from policy import T

SPEC = access.register_action(ActionSpec("keep_interfaces", needs="any_case", holder="administrators", proof=True))
LONGEST: Final = 60
NO_NAME: Final = T("请写名称，最多 60 个字。", "Please give the name, at most 60 characters.")
NO_SCOPE: Final = T("请选能做什么。", "Please choose what it may do.")
OVER: Final = T("最后一天已经过了。请写以后的日子。", "The last day is over. Please give a later one.")
NAMED_TWICE: Final = T("已经有一个叫这个名称。请换一个。", "There is one of that name already. Please choose another.")


def open_client(*, department: Department, name: str, name_en: str, by: Actor, now: datetime) -> ApiClient:
    """The client, with an account that nobody can sign in with. Raises NotAllowed, ProofNeeded, Invalid."""
    name, name_en = name.strip(), name_en.strip()
    if wrong := {one: NO_NAME for one, text in (("name", name), ("name_en", name_en)) if not 0 < len(text) <= LONGEST}:
        raise Invalid(**wrong)
    with transaction.atomic():
        may_keep(by, department.district_id, now)
        Department.objects.select_for_update(no_key=True).get(pk=department.pk)
        if ApiClient.objects.filter(district_id=department.district_id, name=name).exists():
            raise Invalid(name=NAMED_TWICE)
        client = ApiClient.objects.create(
            district_id=department.district_id, department=department, name=name, name_en=name_en, opened_at=now,
            account=User.objects.create_applicant(name),
        )  # fmt: skip
        write_on(
            client, "interface_opened", by, now, details={"department": department.code, "user": client.account_id}
        )
        return client


def issue_token(
    *, client_id: int, label: str, scopes: Collection[str], by: Actor, now: datetime, until: date | None = None
) -> tuple[ApiToken, str]:  # fmt: skip
    """The token, and its secret, which nobody can read again. Raises NotThere, NotAllowed, ProofNeeded, Invalid."""
    label, asked = label.strip(), [one.value for one in Scope if one.value in scopes]
    wrong = {
        **({} if 0 < len(label) <= LONGEST else {"label": NO_NAME}),
        **({} if asked and len(asked) == len(set(scopes)) else {"scopes": NO_SCOPE}),
        **({"until": OVER} if until is not None and until < localdate(now) else {}),
    }
    if wrong:
        raise Invalid(**wrong)
    with transaction.atomic():
        client = client_for(by, client_id, now)
        secret = new_secret()
        token = ApiToken.objects.create(
            district_id=client.district_id, client=client, label=label, digest=digest(secret), scopes=asked,
            since=localdate(now), until=until, issued_by_id=by.user_id, issued_at=now,
        )  # fmt: skip
        details = {"client": client.pk, "scopes": asked, "until": until.isoformat() if until else None}
        write_on(token, "token_issued", by, now, details=details)
        return token, secret


def revoke_token(*, token_id: int, by: Actor, now: datetime) -> None:
    """The token opens nothing from now on; a second time is no error. Raises NotThere, NotAllowed, ProofNeeded."""
    with transaction.atomic():
        token = ApiToken.objects.select_for_update(no_key=True).filter(pk=token_id).first()
        if token is None:
            raise NotThere
        may_keep(by, token.district_id, now)
        if token.revoked_at is None:
            token.revoked_at = now
            token.save(update_fields=["revoked_at"])
            write_on(token, "token_revoked", by, now, details={"client": token.client_id})


def note_use(token: ApiToken, now: datetime) -> None:
    """That the token was used today: written once a day, and no act that the record keeps."""
    today = localdate(now)
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).exclude(last_used_on=today).update(last_used_on=today)


def client_for(by: Actor, client_id: int, now: datetime) -> ApiClient:
    """The client of the administrator's district. Raises NotThere, NotAllowed, ProofNeeded."""
    client = ApiClient.objects.select_related("account", "department").filter(pk=client_id).first()
    if client is None:
        raise NotThere
    may_keep(by, client.district_id, now)
    return client


def may_keep(by: Actor, district_id: int, now: datetime) -> None:
    """Raises NotAllowed for anybody but an administrator in office, NotThere for another district's, ProofNeeded."""
    if not (verdict := access.may(by, SPEC.verb, on=localdate(now))) or by.post is None:
        raise NotAllowed(verdict.reason)
    if by.post.district_id != district_id:
        raise NotThere
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
