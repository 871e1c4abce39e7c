"""Rounds with their units and posts; applications, rooms, seats, scores and physical checks."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

PROTECT = django.db.models.deletion.PROTECT


def key():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def district():
    return ("district", models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="accounts.district"))


def user():
    return models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("accounts", "0005_given_passwords"),
        ("casework", "0025_claim_reminder"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SharingChange",
            fields=[
                key(),
                ("allocation", models.JSONField()),
                ("reason", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("by", user()),
                ("case", models.ForeignKey(on_delete=PROTECT, related_name="sharing_changes", to="casework.case")),
                district(),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                key(),
                ("kind", models.CharField(max_length=30)),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                ("pass_mark", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ("exam_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("results_at", models.DateTimeField(blank=True, null=True)),
                ("department", models.ForeignKey(on_delete=PROTECT, related_name="+", to="accounts.department")),
                district(),
                ("opened_by", user()),
                ("plan", models.OneToOneField(on_delete=PROTECT, related_name="recruitment_round", to="casework.case")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("district", "kind", "year", "number"), name="one_round_per_number"),
                    models.CheckConstraint(condition=Q(kind__in=["government_employee", "community_worker"]), name="round_kind"),
                    models.CheckConstraint(
                        condition=Q(results_at=None) | Q(published_at__isnull=False), name="results_of_a_published_round"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="RoundUnit",
            fields=[
                key(),
                ("name", models.CharField(max_length=200)),
                ("planned", models.PositiveIntegerField()),
                ("reserved", models.PositiveIntegerField()),
                district(),
                ("round", models.ForeignKey(on_delete=PROTECT, related_name="units", to="recruitment.round")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("district", "round", "name"), name="one_unit_per_round"),
                    models.CheckConstraint(condition=Q(reserved__lte=F("planned")), name="unit_within_its_plan"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundPost",
            fields=[
                key(),
                ("code", models.CharField(max_length=16)),
                ("title", models.CharField(max_length=80)),
                ("title_en", models.CharField(max_length=120)),
                ("vacancies", models.PositiveSmallIntegerField()),
                ("conditions", models.TextField()),
                ("place", models.CharField(max_length=120)),
                ("accommodations", models.CharField(blank=True, max_length=200)),
                ("opens_on", models.DateField()),
                ("closes_on", models.DateField()),
                ("department", models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="accounts.department")),
                district(),
                ("round", models.ForeignKey(on_delete=PROTECT, related_name="posts", to="recruitment.round")),
                ("unit", models.ForeignKey(on_delete=PROTECT, related_name="posts", to="recruitment.roundunit")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("district", "code"), name="one_round_post_per_code"),
                    models.CheckConstraint(condition=Q(vacancies__gte=1), name="round_post_has_vacancies"),
                    models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="round_post_window"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostPosition",
            fields=[
                key(),
                district(),
                ("position", models.OneToOneField(on_delete=PROTECT, related_name="of_round", to="casework.position")),
                ("post", models.ForeignKey(on_delete=PROTECT, related_name="positions", to="recruitment.roundpost")),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="RoundApplication",
            fields=[
                key(),
                ("applied_at", models.DateTimeField()),
                ("case", models.OneToOneField(on_delete=PROTECT, related_name="round_application", to="casework.case")),
                district(),
                ("person", models.ForeignKey(on_delete=PROTECT, related_name="+", to="casework.person")),
                ("post", models.ForeignKey(on_delete=PROTECT, related_name="applications", to="recruitment.roundpost")),
                ("round", models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="applications", to="recruitment.round")),
            ],
            options={
                "indexes": [models.Index(fields=["round", "post"], name="applications_of_a_round")],
                "constraints": [
                    models.UniqueConstraint(fields=("district", "round", "person"), name="one_post_per_person_and_round")
                ],
            },
        ),
        migrations.CreateModel(
            name="ExamRoom",
            fields=[
                key(),
                ("name", models.CharField(max_length=60)),
                ("place", models.CharField(max_length=120)),
                ("seats", models.PositiveSmallIntegerField()),
                ("ground_floor", models.BooleanField(default=False)),
                district(),
                ("round", models.ForeignKey(on_delete=PROTECT, related_name="rooms", to="recruitment.round")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("district", "round", "name"), name="one_exam_room_per_name"),
                    models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=500), name="exam_room_seats"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                key(),
                ("number", models.PositiveSmallIntegerField()),
                ("ticket", models.CharField(max_length=20)),
                ("application", models.OneToOneField(on_delete=PROTECT, related_name="seat", to="recruitment.roundapplication")),
                district(),
                ("room", models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="taken", to="recruitment.examroom")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("district", "room", "number"), name="one_candidate_per_seat"),
                    models.UniqueConstraint(fields=("district", "ticket"), name="one_ticket_per_number"),
                ]
            },
        ),
        migrations.CreateModel(
            name="ScoreEntry",
            fields=[
                key(),
                ("part", models.CharField(max_length=10)),
                ("turn", models.PositiveSmallIntegerField()),
                ("value", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("at", models.DateTimeField()),
                ("acted_as", models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="accounts.post")),
                (
                    "application",
                    models.ForeignKey(on_delete=PROTECT, related_name="scores", to="recruitment.roundapplication"),
                ),
                ("by", user()),
                district(),
            ],
            options={
                "verbose_name_plural": "score entries",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "application", "part", "turn"), name="one_score_entry_per_turn"
                    ),
                    models.UniqueConstraint(
                        condition=Q(turn__lt=3), fields=("district", "application", "part", "by"),
                        name="nobody_enters_a_score_twice",
                    ),
                    models.CheckConstraint(condition=Q(part__in=["written", "interview"]), name="score_part"),
                    models.CheckConstraint(condition=Q(turn__in=[1, 2, 3]), name="score_turn"),
                    models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0, value__lte=100), name="score_value"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhysicalCheck",
            fields=[
                key(),
                ("passed", models.BooleanField()),
                ("reason", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.OneToOneField(on_delete=PROTECT, related_name="physical_check", to="recruitment.roundapplication"),
                ),
                ("by", user()),
                district(),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(passed=True) | Q(reason__isnull=False), name="failed_check_has_a_reason")
                ]
            },
        ),
    ]
