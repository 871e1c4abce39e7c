"""What schema.md fixes: district on every row, personal data listed, sealed columns binary, keys of the business unique."""

import pytest
from django.apps import apps
from django.db import models

from accounts.models import District, User
from casework.personal_data import CLEAR, SEALED, TECHNICAL

OURS = [
    model
    for label in ("accounts", "casework", "funds", "recruitment", "services", "oversight")
    for model in apps.get_app_config(label).get_models()
]
NAMES = {model._meta.label for model in OURS}
PERSONAL = ("name", "telephone", "address", "surname", "display_name", "award")


def own(model: type[models.Model]) -> bool:
    return not model._meta.auto_created and model not in (District, User)


@pytest.mark.parametrize("model", [m for m in OURS if own(m)], ids=lambda model: model._meta.label)
def test_every_table_of_ours_carries_its_district(model: type[models.Model]):
    assert "district" in {field.name for field in model._meta.get_fields()}


def test_every_clear_column_of_people_is_listed():
    people = {
        "casework.Person",
        "casework.HistoricalPerson",
        "casework.Organisation",
        "casework.HistoricalOrganisation",
    }
    for model in OURS:
        label = model._meta.label
        columns = {field.name for field in model._meta.concrete_fields if field.name in PERSONAL}
        if label in people or label in ("casework.Notice", "accounts.User"):
            assert columns == set(CLEAR[label]), label


def test_every_binary_column_is_listed_as_sealed():
    for model in OURS:
        binary = {field.name for field in model._meta.concrete_fields if isinstance(field, models.BinaryField)}
        assert binary == {*SEALED.get(model._meta.label, ()), *TECHNICAL.get(model._meta.label, ())}, model._meta.label


def test_the_lists_name_real_columns():
    for listed in (CLEAR, SEALED):
        for label, columns in listed.items():
            assert label in NAMES
            assert set(columns) <= {field.name for field in apps.get_model(label)._meta.concrete_fields}


def test_no_foreign_key_points_at_an_action():
    action = apps.get_model("casework", "Action")
    pointing = [
        field for model in OURS for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is action
    ]  # fmt: skip
    assert pointing == []


def test_nobody_is_a_superuser():
    assert "is_superuser" not in {field.name for field in User._meta.concrete_fields}
    assert User().is_superuser is False


def test_psycopg_3_is_not_importable():
    with pytest.raises(ModuleNotFoundError):
        __import__("psycopg")
