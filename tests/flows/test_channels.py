"""How somebody chooses to be reached: confirmed by a code, one of a kind, sealed, forgotten when removed."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actor import Actor
from casework.models import Action, ContactChannel, Mandate
from casework.record import chain_is_whole
from casework.sealing import Erased, unseal
from flows.actions.choose_channels import add_channel, confirm_channel, remove_channel, send_code, switch_channel
from flows.errors import Invalid, NotThere
from tests.factories import NOW, Cast, applicant, district, person
from tests.flows.reaching import Counting, reached, waits

pytestmark = pytest.mark.django_db


def confirmed(by: Actor) -> list[Any]:
    found = ContactChannel.objects.filter(user=by.user, removed_at=None, confirmed_at__isnull=False)
    return [unseal(one.key, one.address) for one in found.select_related("key")]


def test_an_address_is_used_once_its_code_came_back():
    by = applicant()
    channel, code = waits(by)
    assert not channel.is_used
    assert code not in channel.code_digest
    confirm_channel(channel_id=channel.pk, code=code, by=by, now=NOW)
    channel.refresh_from_db()
    assert channel.is_used
    confirm_channel(channel_id=channel.pk, code="anything", by=by, now=NOW)  # pressed twice: nothing more happens
    assert channel.code_digest == ""


def test_a_wrong_code_counts_and_five_end_it():
    by = applicant()
    channel, code = waits(by)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    told = []
    for _ in range(5):
        with pytest.raises(Invalid) as refused:
            confirm_channel(channel_id=channel.pk, code=wrong, by=by, now=NOW)
        told.append(refused.value.errors["code"].zh)
    assert ["还能试 4 次" in told[0], "还能试 1 次" in told[3], "重新发" in told[4]] == [True] * 3
    with pytest.raises(Invalid):
        confirm_channel(channel_id=channel.pk, code=code, by=by, now=NOW)
    box = Counting()
    send_code(channel_id=channel.pk, by=by, now=NOW, language="en", through=box)
    confirm_channel(channel_id=channel.pk, code=box.code, by=by, now=NOW)
    assert confirmed(by) == ["me@example.invalid"]


def test_a_code_is_good_for_ten_minutes_and_a_new_one_ends_the_former():
    by = applicant()
    channel, code = waits(by)
    with pytest.raises(Invalid):
        confirm_channel(channel_id=channel.pk, code=code, by=by, now=NOW + timedelta(minutes=10))
    box = Counting()
    send_code(channel_id=channel.pk, by=by, now=NOW, language="en", through=box)
    if box.code != code:
        with pytest.raises(Invalid):
            confirm_channel(channel_id=channel.pk, code=code, by=by, now=NOW)
    confirm_channel(channel_id=channel.pk, code=box.code, by=by, now=NOW + timedelta(minutes=9, seconds=59))


def test_a_code_of_one_address_confirms_no_other():
    by, other = applicant(), applicant()
    channel, _ = waits(by)
    _, code = waits(other)
    mine = ContactChannel.objects.get(pk=channel.pk)
    with pytest.raises(Invalid):
        confirm_channel(channel_id=mine.pk, code=code, by=by, now=NOW)


def test_a_new_address_replaces_the_former_once_it_is_confirmed():
    by = applicant()
    reached(by, address="first@example.invalid")
    channel, code = waits(by, address="second@example.invalid")
    assert confirmed(by) == ["first@example.invalid"]
    confirm_channel(channel_id=channel.pk, code=code, by=by, now=NOW)
    assert confirmed(by) == ["second@example.invalid"]
    assert ContactChannel.objects.filter(removed_at__isnull=False).values_list("address", flat=True)[0] is None


def test_an_address_that_waits_is_replaced_and_one_in_use_is_not_added_again():
    by = applicant()
    waits(by, address="first@example.invalid")
    waits(by, address="second@example.invalid")
    assert ContactChannel.objects.filter(user=by.user, removed_at=None).count() == 1
    reached(by, "sms", "10600000001")
    with pytest.raises(Invalid) as refused:
        waits(by, "sms", "10600000001")
    assert "已经在用" in refused.value.errors["address"].zh


def test_a_code_that_could_not_be_sent_is_said_at_the_address_and_can_be_asked_for_again():
    by, box = applicant(), Counting(failing=1)
    with pytest.raises(Invalid) as refused:
        add_channel(kind="sms", address="10600000001", by=by, now=NOW, district=district(), language="en", through=box)
    assert "没有发出去" in refused.value.errors["address"].zh
    channel = ContactChannel.objects.get()
    send_code(channel_id=channel.pk, by=by, now=NOW, language="en", through=box)
    assert "your code is" in box.sent[0].line
    confirm_channel(channel_id=channel.pk, code=box.code, by=by, now=NOW)


def test_an_applicants_address_is_sealed_under_their_persons_key_and_dies_with_it():
    by = applicant()
    reached(by)
    channel = ContactChannel.objects.select_related("key").get()
    assert channel.key == by.on_behalf_of.key
    assert b"example" not in bytes(channel.address or b"")
    by.on_behalf_of.key.delete()
    channel = ContactChannel.objects.select_related("key").get()
    with pytest.raises(Erased):
        unseal(channel.key, channel.address)


def test_an_officer_and_a_guardian_have_a_key_of_their_own_for_all_their_channels():
    officer, guardian = Cast()["intake"], applicant()
    Mandate.objects.filter(user=guardian.user).update(capacity="guardian")
    for by, kind in ((officer, "officer"), (guardian, "person")):
        reached(by)
        reached(by, "sms")
        keys = {one.key for one in ContactChannel.objects.filter(user=by.user).select_related("key")}
        assert [one.kind for one in keys if one] == [kind]
    assert ContactChannel.objects.filter(key=guardian.on_behalf_of.key).count() == 0


def test_it_is_switched_off_and_on_and_removed_and_the_record_says_so_without_the_address():
    by = applicant()
    reached(by)
    channel = ContactChannel.objects.get()
    for on in (False, False, True):
        switch_channel(channel_id=channel.pk, on=on, by=by, now=NOW)
    remove_channel(channel_id=channel.pk, by=by, now=NOW)
    records = list(Action.objects.filter(subject_kind="contactchannel", subject_id=channel.pk).order_by("number"))
    assert [one.event for one in records] == [
        "channel_added", "channel_confirmed", "channel_off", "channel_on", "channel_removed",
    ]  # fmt: skip
    assert {str(one.details) for one in records} == {"{'kind': 'email'}"}
    assert chain_is_whole(records)


@pytest.mark.parametrize("act", [
    lambda pk, by: confirm_channel(channel_id=pk, code="000000", by=by, now=NOW),
    lambda pk, by: send_code(channel_id=pk, by=by, now=NOW, language="en", through=Counting()),
    lambda pk, by: switch_channel(channel_id=pk, on=False, by=by, now=NOW),
    lambda pk, by: remove_channel(channel_id=pk, by=by, now=NOW),
])  # fmt: skip
def test_nobody_elses_channel_is_there_nor_a_removed_one(act: Any):
    by = applicant(person())
    channel, _ = waits(by)
    with pytest.raises(NotThere):
        act(channel.pk, applicant())
    remove_channel(channel_id=channel.pk, by=by, now=NOW)
    with pytest.raises(NotThere):
        act(channel.pk, by)
