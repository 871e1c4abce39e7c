"""One beginning for many rounds: the rows that stand are set aside once and put back before each round."""

from collections.abc import Iterator
from typing import Final

from django.db import connection

_NOTING: Final = """
    CREATE TABLE kept."changed tables" (name text);
    CREATE FUNCTION kept.note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO kept."changed tables" VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
    CREATE FUNCTION kept.restore() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
        DECLARE one text;
        BEGIN
            FOR one IN SELECT DISTINCT name FROM kept."changed tables" LOOP
                EXECUTE format('DELETE FROM public.%I', one);
                EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', one, one);
            END LOOP;
            DELETE FROM kept."changed tables";
        END $$;
"""
_PUBLISHED: Final = ("casework_parameter", "casework_policyversion", "casework_holiday")


class Kept:
    """The rows of the cases and the money, set aside in a schema of their own; faster than walking there again."""

    def __init__(self) -> None:
        names = connection.introspection.table_names()
        tables = [f'"{name}"' for name in names if name.startswith(("casework_", "funds_")) and name not in _PUBLISHED]
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
            for table in tables:
                cursor.execute(f"CREATE TABLE kept.{table} AS TABLE public.{table}")
            # Which tables were written to is noted by a trigger, without a lock that two at once could wait for. The
            # record's triggers refuse a DELETE; this is a database of drills, and only a superuser can do this.
            cursor.execute(_NOTING)
            for table in tables:
                cursor.execute(
                    f"CREATE TRIGGER kept_note AFTER INSERT OR UPDATE OR DELETE ON public.{table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION kept.note()"
                )

    def restore(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT kept.restore()")

    @staticmethod
    def forget() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE")


def rounds(many: int) -> Iterator[int]:
    """So many rounds, by number, each from what stands now; afterwards that stands again."""
    kept = Kept()
    try:
        for number in range(many):
            kept.restore()
            yield number
        kept.restore()
    finally:
        kept.forget()
