"""五1 in the database: what a case would collide with, what a granted case takes, and letting it go again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from casework.models import CapAccount, CapUse, Case, ClaimMark, ExclusionKey, OtherBenefit
from casework.references import shown
from casework.sealing import fixed_index, unseal
from policy import measure
from policy.exclusions import BY_KIND, OUTSIDE, Effect, Exclusion, Kind, values_of
from policy.taken import Taken

# Keys that name a period or a level stand in clear; certificates, events and invoices could lead to a person.
_CLEAR = ("month", "year", "school_year", "level", None)
_OBJECTS = frozenset({"certificate", "invoice"})


class Collision(Exception):
    """Another claim has taken the same thing. `reference` is its case where the same applicant's, else empty."""

    def __init__(self, row: Exclusion, key: str, reference: str) -> None:
        super().__init__(f"{row.kind}")
        self.row, self.key, self.reference = row, key, reference


@dataclass(frozen=True)
class Claimed:
    """A case as the exclusions see it: whose it is, and what it claims."""

    case_id: int
    measure: str
    subject: str
    facts: Mapping[str, Any]


def earlier_benefits(case: Case, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The history that the rules take: standing claims of the same applicant, and benefits from outside."""
    if measure(case.measure, case.purpose).excludes is None or case.applicant is None:
        return []
    claim = Claimed(case.pk, case.measure, case.applicant.number_index, facts)
    return earlier_of_many(case.district_id, [claim]).get(case.pk, [])


def earlier_of_many(district_id: int, claims: Iterable[Claimed]) -> dict[int, list[dict[str, Any]]]:
    """The histories of many cases by case, in three statements at most; none where no measure of theirs excludes
    anything. What counts towards a cap takes no keys, and the rest no part of a cap."""
    rows = [(claim, row, _by_digest(row, claim.facts)) for claim in claims if (row := measure(claim.measure).excludes)]
    if not rows:
        return {}
    kinds, subjects = {row.kind for _, row, _ in rows}, {claim.subject for claim, _, _ in rows}
    digests = {digest for _, _, plain in rows for digest in plain}
    keys, uses, outside = (defaultdict[Any, list[Any]](list) for _ in range(3))
    capped = {kind for kind in kinds if BY_KIND[kind].effect == Effect.COUNTS_TOWARDS_THE_CAP}
    standing = ExclusionKey.objects.filter(district_id=district_id, kind__in=kinds - capped, released_at=None)
    own = standing.filter(Q(subject__in=subjects) | Q(subject="", key__in=digests))
    for key in own.select_related("case").order_by("pk"):
        keys[(key.kind, key.subject) if key.subject else (key.kind, "", key.key)].append(key)
    parts = CapUse.objects.filter(
        district_id=district_id, account__kind__in=capped, account__subject__in=subjects, released_at=None
    )
    for use in parts.select_related("case", "account").order_by("pk"):
        uses[use.account.kind, use.account.subject].append(use)
    others = OtherBenefit.objects.filter(
        district_id=district_id, number_index__in=subjects, kind__in=kinds, withdrawn_at=None
    )
    for one in others.order_by("pk"):
        outside[one.kind, one.number_index].append(one)
    found = {}
    for claim, row, plain in rows:
        mine = row.kind.value, claim.subject
        of_anyone = [key for digest in plain for key in keys.get((row.kind.value, "", digest), ())]
        entries = [
            _entry(row, key.case, key.key, plain, key.subject == claim.subject)
            for key in [*keys.get(mine, ()), *of_anyone]
            if key.case_id != claim.case_id
        ]
        entries += [
            {**_entry(row, use.case, use.account.key, plain, True), "amount": f"{use.amount:.2f}"}
            for use in uses.get(mine, ())
            if use.case_id != claim.case_id
        ]
        for one in outside.get(mine, ()):
            amount = None if one.amount is None else f"{one.amount:.2f}"
            entries.append({"type": OUTSIDE, "kind": row.kind.value, "amount": amount, **_key(row, one.key, plain)})
        found[claim.case_id] = entries
    return found


def benefits_of(who: Any) -> list[tuple[Exclusion, OtherBenefit]]:
    """The standing benefits from outside of a person or a unit, with their rows; a digest is shown as nothing."""
    found = OtherBenefit.objects.filter(
        district_id=who.district_id, number_index=who.number_index, withdrawn_at=None
    ).order_by("kind", "key", "pk")
    for one in found:
        words = unseal(who.key, one.words) if one.words else ""
        one.shown_key = words or ("" if one.key.startswith("#") else one.key)  # type: ignore[attr-defined]
    return [(BY_KIND[Kind(one.kind)], one) for one in found]


def take(case: Case, takes: Iterable[Taken], now: datetime) -> None:
    """A granted case takes its keys and its part of the cap. Raises Collision where another case has them."""
    row = measure(case.measure, case.purpose).excludes
    for one in sorted(takes, key=lambda taken: (taken.of_anyone, taken.key, taken.person)):
        assert row is not None
        subject = "" if one.of_anyone else case.applicant.number_index
        if one.amount is not None:
            _use(case, row, one, subject, now)
            continue
        key = stored_key(row.no_twin if one.of_anyone else row.key, one.key, one.person)
        try:
            with transaction.atomic():
                ExclusionKey.objects.create(
                    district_id=case.district_id, kind=one.kind, subject=subject, key=key, case=case, taken_at=now
                )
        except IntegrityError as error:
            standing = ExclusionKey.objects.filter(district_id=case.district_id, kind=one.kind, released_at=None)
            other = standing.filter(subject=subject, key=key).exclude(case=case).select_related("case").first()
            same = other is not None and other.case.applicant == case.applicant
            raise Collision(row, one.key, shown(other.case.reference) if other and same else "") from error


def release(case: Case, now: datetime) -> None:
    """The grant falls: what the case had taken is free again."""
    ExclusionKey.objects.filter(case=case, released_at=None).update(released_at=now)
    for use in CapUse.objects.filter(case=case, released_at=None):
        CapAccount.objects.filter(pk=use.account_id).update(used=F("used") - use.amount)
        use.released_at = now
        use.save(update_fields=["released_at"])


def change_sum(case: Case, difference: Decimal) -> None:
    """A granted sum that was put right takes so much more of its yearly cap, or gives it back. Raises Collision."""
    use = CapUse.objects.filter(case=case, released_at=None).select_related("account").order_by("-pk").first()
    row = measure(case.measure, case.purpose).excludes
    if use is None or row is None:
        return
    account = CapAccount.objects.select_for_update().get(pk=use.account_id)
    if account.used + difference > account.cap:
        raise Collision(row, account.key, "")
    account.used += difference
    account.save(update_fields=["used"])
    use.amount += difference
    use.save(update_fields=["amount"])


def stored_key(name: str | None, key: str, person: str = "") -> str:
    """A key as it is stored: a period or a level in clear, anything else and any person as a digest."""
    stored = key if name in _CLEAR else _digest(f"{name} {key}")
    return f"{stored} {_digest(person)}" if person else stored


def _use(case: Case, row: Exclusion, one: Taken, subject: str, now: datetime) -> None:
    assert one.amount is not None
    mine = {"district_id": case.district_id, "kind": one.kind, "subject": subject, "key": one.key}
    account = CapAccount.objects.select_for_update().filter(**mine).first()
    if account is None:
        account = CapAccount(**mine, cap=one.cap or Decimal(0))
    if account.used + one.amount > account.cap:
        uses = CapUse.objects.filter(account=account.pk or 0, released_at=None)
        last = uses.select_related("case").order_by("-pk").first()
        raise Collision(row, one.key, shown(last.case.reference) if last else "")
    account.used += one.amount
    try:
        with transaction.atomic():
            account.save(update_fields=["used"] if account.pk else None)
    except IntegrityError:  # somebody else made the account a moment ago
        return _use(case, row, one, subject, now)
    CapUse.objects.create(district_id=case.district_id, account=account, case=case, amount=one.amount, taken_at=now)


def _entry(row: Exclusion, other: Case, key: str, plain: Mapping[str, Any], same: bool) -> dict[str, Any]:
    """A standing claim as an entry of the history; of somebody else's claim no reference is told."""
    return {"type": other.measure, **_key(row, key, plain), **({"reference": shown(other.reference)} if same else {})}


def _key(row: Exclusion, stored: str, plain: Mapping[str, Any]) -> dict[str, Any]:
    """The stored key in the words of the claim's own facts; what it can't name there concerns something else."""
    key, _, person = stored.partition(" ")
    if key.startswith("#") and key in plain:
        name, value = plain[key]
        return {name: value}
    if row.key is None or key.startswith("#"):
        return {}
    entry: dict[str, Any] = {row.key: int(key) if row.key == "year" else key}
    if person:
        return {**entry, "name": plain[person][1] if person in plain else person}
    return {**entry, "own": True}


def _by_digest(row: Exclusion, facts: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """The claim's own objects and people by their digests."""
    found = {}
    for name in (row.key, row.no_twin):
        if name not in _CLEAR and name is not None:
            for value, _ in values_of(name, {"facts": facts}, ""):
                found[_digest(f"{name} {value}")] = (name, value)
    for person in _people(facts):
        found[_digest(person)] = ("name", person)
    return found


def mark(case: Case, facts: Mapping[str, object]) -> None:
    """Keep the certificates and invoices that the case claims, so that another claim of the same is found; a competition's
    event is many people's. Called where the facts are judged."""
    row = measure(case.measure, case.purpose).excludes
    if row is None or not claims_objects(row):
        return
    digests = {digest for digest, (name, _) in _by_digest(row, facts).items() if name in _OBJECTS}
    ClaimMark.objects.filter(case=case).exclude(key__in=digests).delete()
    ClaimMark.objects.bulk_create(
        [ClaimMark(district_id=case.district_id, case=case, kind=row.kind.value, key=key) for key in sorted(digests)],
        ignore_conflicts=True,
    )


def claims_objects(row: Exclusion | None) -> bool:
    """Whether claims of the row name certificates or invoices."""
    return row is not None and bool(_OBJECTS & {row.key, row.no_twin})


def _people(value: Any) -> Iterator[str]:
    """The names of people in the rows of the facts."""
    if isinstance(value, Mapping):
        for inner in value.values():
            if isinstance(inner, list | tuple):
                for row in inner:
                    if isinstance(row, Mapping):
                        if isinstance(row.get("name"), str):
                            yield row["name"]
                        yield from _people(row)


def _digest(text: str) -> str:
    return f"#{fixed_index(text)[:40]}"
