"""Found another district (新区) beside the first: names, departments, town offices, figures, calendar, words, its chains' orders.

What is not said is taken from the district that it is modelled on; nothing of that one's cases, people or funds comes along.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import districts
from accounts.actor import Actor
from accounts.models import Department, District
from casework.historic import keep
from casework.models import Holiday, Parameter, PolicyVersion
from casework.models.policy import with_last
from casework.record import write_on
from flows import orders
from policy.text import in_local_words, local_words


class NotFounded(Exception):
    """What was said of the district does not do; the words say what to mend. Nothing was changed."""


@dataclass(frozen=True)
class Founded:
    """What a district begins with."""

    district: District
    departments: int
    towns: int
    figures: int
    days: int


def found_district(*, said: Mapping[str, Any], like: str, by: Actor, now: datetime) -> Founded:
    """`said` is the shape of `demo/districts/sample.toml`; `like` the code of the district that it is modelled on.

    Raises NotFounded: a name is missing or taken, a figure unknown, no town office named.
    """
    model = District.objects.filter(code=like).first()
    if model is None:
        raise NotFounded(f"there is no district {like}")
    words = said.get("words") or {}
    _check(said, words, model)
    with transaction.atomic(), local_words(words):
        try:
            with transaction.atomic():
                made = District.objects.create(
                    host=said.get("host") or None, words=words, orders=_orders(said, model),
                    **{name: said[name] for name in _NAMES},
                )  # fmt: skip
        except IntegrityError as error:
            taken = [name for name in ("code", "reference_prefix", "host") if name in str(error.__cause__)]
            raise NotFounded(f"another district's already: {', '.join(taken)}") from error
        offices = _departments(made, model, said)
        figures, days = _rules(made, model, said.get("parameters") or {}), _calendar(made, model, by, now)
        write_on(made, "district_founded", by, now, district_id=made.pk, details={"like": like})
    districts.forget()
    towns = sum(one.kind == Department.TOWN for one in offices)
    return Founded(made, len(offices) - towns, towns, figures, days)


_NAMES = ("code", "name", "name_en", "reference_prefix", "review_body", "review_body_en", "court", "court_en")
_TOWN = ("code", "name", "name_en", "official_name")
PREFIX = re.compile("[A-HJ-KM-NP-TV-Z]{2}")


def _check(said: Mapping[str, Any], words: Mapping[str, Any], model: District) -> None:
    _check_keys("the file", said, (*_NAMES, "host", "words", "departments", "parameters", "chains", "towns"))
    for code, department in (said.get("departments") or {}).items():
        _check_keys(f"departments.{code}", department, (*_TOWN[1:], "telephone"))
    if missing := [name for name in _NAMES if not str(said.get(name) or "").strip()]:
        raise NotFounded(f"missing: {', '.join(missing)}")
    if not PREFIX.fullmatch(said["reference_prefix"]):
        raise NotFounded("reference_prefix is two capital letters, none of them I, L, O or U, which are misread")
    _check_words(words)
    _check_towns(said.get("towns") or [])
    codes = set(model.departments.values_list("code", flat=True))
    if unknown := set(said.get("departments") or {}) - codes:
        raise NotFounded(f"no such department: {', '.join(sorted(unknown))}")
    figures = set(Parameter.objects.filter(district=model).values_list("name", flat=True))
    if unknown := set(said.get("parameters") or {}) - figures:
        raise NotFounded(f"no such figure: {', '.join(sorted(unknown))}")


def _orders(said: Mapping[str, Any], model: District) -> dict[str, list[str]]:
    """The model's orders of steps, and those that are said."""
    try:
        return {**model.orders, **orders.read(said.get("chains") or {})}
    except orders.NoSuchOrder as error:
        raise NotFounded(str(error)) from error


def _check_words(words: Mapping[str, Any]) -> None:
    if unknown := set(words) - {"zh", "en"}:
        raise NotFounded(f"words are of zh and en, not {', '.join(sorted(unknown))}")
    for pairs in words.values():
        if any(not isinstance(pair, list) or len(pair) != 2 or not all(pair) for pair in pairs):
            raise NotFounded("words are pairs: what is written, and what is said instead")


def _check_keys(what: str, said: Mapping[str, Any], known: Sequence[str]) -> None:
    """A word that is misspelt would be passed over in silence."""
    if unknown := set(said) - set(known):
        raise NotFounded(f"{what}: not understood: {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")


def _check_towns(towns: list[Mapping[str, Any]]) -> None:
    if not towns:
        raise NotFounded("name at least one town office under [[towns]]: applications begin there")
    for town in towns:
        _check_keys(f"town office {town.get('code', '')}", town, (*_TOWN, "telephone"))
        if missing := [name for name in _TOWN if not town.get(name)]:
            raise NotFounded(f"a town office lacks {', '.join(missing)}")
        if not town["code"].startswith("town_"):
            raise NotFounded(f"{town['code']}: the code of a town office begins with town_")


def _departments(made: District, model: District, said: Mapping[str, Any]) -> list[Department]:
    """The model's departments of the district's own level, in this one's words and as `said` names them; and its towns."""
    rows = []
    for one in model.departments.exclude(kind=Department.TOWN).order_by("pk"):
        told = (said.get("departments") or {}).get(one.code) or {}
        rows.append(
            Department(
                district=made, code=one.code, kind=one.kind, telephone=told.get("telephone", ""),
                name=told.get("name") or in_local_words(one.name, "zh"),
                name_en=told.get("name_en") or in_local_words(one.name_en, "en"),
                official_name=told.get("official_name") or in_local_words(one.official_name, "zh"),
            )
        )  # fmt: skip
    for town in said["towns"]:
        rows.append(
            Department(
                district=made, kind=Department.TOWN, telephone=town.get("telephone", ""),
                **{name: town[name] for name in _TOWN},
            )
        )  # fmt: skip
    return Department.objects.bulk_create(rows)


def _rules(made: District, model: District, figures: Mapping[str, str]) -> int:
    """The versions and figures in force for the model, with those that `figures` sets otherwise from their first day."""
    PolicyVersion.objects.bulk_create(
        PolicyVersion(**_same(row, made, until=row.last, document=in_local_words(row.document, "zh")))
        for row in with_last(PolicyVersion.objects.filter(district=model)).order_by("pk")
    )
    rows = [
        Parameter(**_same(row, made, until=row.last, **({"value": figures[row.name]} if row.name in figures else {})))
        for row in with_last(Parameter.objects.filter(district=model)).order_by("pk")
    ]
    return len(Parameter.objects.bulk_create(rows))


def _calendar(made: District, model: District, by: Actor, now: datetime) -> int:
    days = [Holiday(**_same(row, made)) for row in Holiday.objects.filter(district=model).order_by("day")]
    for day in days:
        keep(day, by, "district_founded", now)
    return len(days)


def _same(row: Any, made: District, **other: Any) -> dict[str, Any]:
    """The row's values, in the new district."""
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    return {**values, "district_id": made.pk, **other}
