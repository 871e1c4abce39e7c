"""What a member earned can be corrected: by a further row with its reason. What was noted is never changed."""

from django.db import migrations, models
from django.db.models import Q

GUARD = """
CREATE TRIGGER insert_only_rows BEFORE UPDATE OR DELETE ON services_memberearning
  FOR EACH ROW EXECUTE FUNCTION casework_insert_only();
CREATE TRIGGER insert_only_table BEFORE TRUNCATE ON services_memberearning
  FOR EACH STATEMENT EXECUTE FUNCTION casework_insert_only();
"""
UNGUARD = """
DROP TRIGGER insert_only_table ON services_memberearning;
DROP TRIGGER insert_only_rows ON services_memberearning;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0002_told_by_officers_and_reviews'),
    ]

    operations = [
        migrations.AddField('memberearning', 'number', models.PositiveSmallIntegerField(default=1, db_default=1)),
        migrations.AddField('memberearning', 'reason', models.BinaryField(null=True)),
        migrations.RemoveConstraint('memberearning', 'one_earning_a_month'),
        migrations.RemoveConstraint('memberearning', 'earning_of_something'),
        migrations.AddConstraint(
            'memberearning',
            models.UniqueConstraint(fields=('share', 'member', 'month', 'number'), name='one_earning_a_month'),
        ),
        migrations.AddConstraint(
            'memberearning',
            models.CheckConstraint(
                condition=Q(('number', 1), ('pieces__gte', 1), ('reason', None)) | Q(('number__gt', 1), ('reason__isnull', False)),
                name='earning_of_something',
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
