"""The first published version of the policy, from the frozen copy beside this file, and the calendar."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import migrations

FROZEN = Path(__file__).with_name("parameters_2024_03.toml")
PUBLISHED_AT = datetime(2024, 3, 1, tzinfo=UTC)
DOCUMENT = "闵行区关于进一步促进残疾人就业的实施意见（征求意见稿）"
KNOWN = {"from", "to", "value", "unit", "source"}


def flat(tree, prefix=""):
    for key, branch in tree.items():
        if isinstance(branch, dict) and not isinstance(branch.get("from"), date):
            yield from flat(branch, f"{prefix}{key}.")
        else:
            for row in branch if isinstance(branch, list) else [branch]:
                yield prefix + key, row


def plain(value):
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def publish(apps, schema_editor):
    district = apps.get_model("accounts", "District").objects.get(code="minhang")
    Parameter, PolicyVersion = apps.get_model("casework", "Parameter"), apps.get_model("casework", "PolicyVersion")
    for name, row in flat(tomllib.loads(FROZEN.read_text(encoding="utf-8"))):
        if name == "policy":
            PolicyVersion.objects.create(
                district=district, code="2024-03", since=row["from"], until=row["to"], document=DOCUMENT,
                published_at=PUBLISHED_AT,
            )
            continue
        Parameter.objects.create(
            district=district, name=name, since=row["from"], until=row.get("to"), value=row["value"],
            unit=row.get("unit", ""), source=row["source"], published_at=PUBLISHED_AT,
            extra={key: plain(value) for key, value in row.items() if key not in KNOWN},
        )


def mark_days(apps, schema_editor):
    """From the kept library, every weekday off and every weekend day worked, for the years that it knows."""
    from chinese_calendar import get_holiday_detail, is_workday

    district = apps.get_model("accounts", "District").objects.get(code="minhang")
    Holiday = apps.get_model("casework", "Holiday")
    rows, day = [], date(2024, 1, 1)
    while True:
        try:
            works, (_, name) = is_workday(day), get_holiday_detail(day)
        except NotImplementedError:
            break
        if works != (day.weekday() < 5):
            rows.append(Holiday(district=district, day=day, works=works, name=CHINESE.get(name or "", name or "")))
        day += timedelta(days=1)
    Holiday.objects.bulk_create(rows)


CHINESE = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "Mid-autumn Festival": "中秋节", "National Day": "国庆节",
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_guards"), ("accounts", "0002_minhang")]
    operations = [
        migrations.RunPython(publish, migrations.RunPython.noop),
        migrations.RunPython(mark_days, migrations.RunPython.noop),
    ]
