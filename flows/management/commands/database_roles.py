"""`manage.py database_roles`: the roles of the database, made or brought up to date (数据库角色)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from psycopg2 import sql

ROLES = ("owner", "app", "sequencer", "auditor")
# Tables whose rows nobody changes or deletes; a trigger refuses it, too.
INSERT_ONLY = """
    SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgname = 'insert_only_rows' AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname
"""


class Command(BaseCommand):
    help = (
        "Make the roles PREFIX_owner, _app, _sequencer and _auditor, hand the tables to the owner and give each role what it "
        "needs: the app changes no record, the sequencer reads the record alone, the auditor reads everything."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prefix", default="minhang", help="what the roles' names begin with (minhang)")
        parser.add_argument("--show", action="store_true", help="print the statements and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        prefix = options["prefix"]
        if not (prefix.isascii() and prefix.isidentifier() and prefix.islower() and len(prefix) < 40):
            raise CommandError("A prefix is of small letters, digits and low lines.")
        with connection.cursor() as cursor:
            for statement in statements(cursor, prefix):
                if options["show"]:
                    self.stdout.write(statement.as_string(cursor.connection) + ";")
                else:
                    cursor.execute(statement)


def statements(cursor: Any, prefix: str) -> list[sql.Composed]:
    """What makes the roles; run again, it changes nothing but what is new."""
    role = {name: sql.Identifier(f"{prefix}_{name}") for name in ROLES}
    cursor.execute("SELECT rolname FROM pg_roles")
    there = {row[0] for row in cursor.fetchall()}
    done = [sql.SQL("CREATE ROLE {} NOLOGIN").format(role[name]) for name in ROLES if f"{prefix}_{name}" not in there]
    schema = sql.SQL("SCHEMA public")
    done.append(sql.SQL("REVOKE CREATE ON {} FROM PUBLIC").format(schema))
    done.append(sql.SQL("GRANT USAGE, CREATE ON {} TO {}").format(schema, role["owner"]))
    for name in ("app", "sequencer", "auditor"):
        done.append(sql.SQL("GRANT USAGE ON {} TO {}").format(schema, role[name]))
    done += _handed_over(cursor, role["owner"])
    every = sql.SQL("ON ALL TABLES IN {}").format(schema)
    for name in ("app", "sequencer", "auditor"):
        done.append(sql.SQL("REVOKE ALL {} FROM {}").format(every, role[name]))
    done.append(sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE {} TO {}").format(every, role["app"]))
    done.append(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN {} TO {}").format(schema, role["app"]))
    done.append(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(role["app"]))
    cursor.execute(INSERT_ONLY)
    for (table,) in cursor.fetchall():
        done.append(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), role["app"]))
    done.append(sql.SQL("GRANT SELECT ON casework_action TO {}").format(role["sequencer"]))
    done.append(sql.SQL("GRANT SELECT {} TO {}").format(every, role["auditor"]))
    return done


def _handed_over(cursor: Any, owner: sql.Identifier) -> list[sql.Composed]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    tables = [row[0] for row in cursor.fetchall()]
    cursor.execute(
        # Not those of an extension, which stay its own.
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' "
        "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') "
        "ORDER BY 1"
    )
    functions = [row[0] for row in cursor.fetchall()]
    return [
        *(sql.SQL("ALTER TABLE {} OWNER TO {}").format(sql.Identifier(one), owner) for one in tables),
        *(sql.SQL("ALTER FUNCTION {} OWNER TO {}").format(sql.SQL(one), owner) for one in functions),
    ]
