"""Statements that every sign-off sends (语句): put into SQL once a process, and from then on only given their values.

Django works a query out anew whenever it is asked, which takes several times what the database needs to answer it; what
that comes to, and what else was tried, stands in docs/benchmarks.md. The SQL stays Django's own: the queryset is asked for
it the first time, and a model's columns are its fields. Nothing here decides anything. Only actions, and what they call
to write, store anything by it; pages ask.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from types import NoneType
from typing import Any, Final, Generic, TypeAlias, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, router
from django.db.models import (
    AutoField,
    BigIntegerField,
    BinaryField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    OneToOneField,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    QuerySet,
    SmallIntegerField,
    TextField,
    UUIDField,
)
from django.db.models.expressions import DatabaseDefault, RawSQL
from django.db.models.query import ModelIterable, get_related_populators  # type: ignore[attr-defined]
from psycopg2.extensions import string_types

Found = TypeVar("Found")
Question: TypeAlias = "tuple[Asked[Any], dict[str, Any]]"
Column: TypeAlias = "Field[Any, Any]"
Statement = tuple[str, Sequence[Any]]
BETWEEN: Final = ";\n"  # what stands between the statements of one trip
_waiting: ContextVar[list[Statement] | None] = ContextVar("waiting", default=None)
_known: ContextVar[dict[Any, list[Any]] | None] = ContextVar("known", default=None)


@dataclass(frozen=True)
class _Place:
    name: str


def given(name: str) -> RawSQL:
    """Where a query that is asked again and again takes a value: `filter(pk=given("case"))`, then `one(case=7)`."""
    return RawSQL("%s", (_Place(name),))


class Asked(Generic[Found]):
    """A query that is put into SQL when it is first asked. It takes querysets of models (with `select_related` and
    annotations) and of `values_list`; `Found` is what one row becomes."""

    def __init__(self, question: Callable[[], QuerySet[Any, Found]], *, apart: bool = False) -> None:
        """`apart`: nothing that waits inside `together` can change the answer, so that it need not be sent before."""
        self._question, self._apart = question, apart

    def all(self, **values: Any) -> list[Found]:
        """Every row."""
        if (known := _known.get()) and (key := _named(self, values)) in known:
            return known.pop(key)
        where = self._where()
        waits = _waiting.set(None) if self._apart else None
        try:
            with where.cursor() as cursor:
                cursor.execute(*self._filled(values))
                rows: list[Sequence[Any]] = cursor.fetchall()
        finally:
            if waits is not None:
                _waiting.reset(waits)
        return self._found(rows)

    def about(self, **values: Any) -> Question:
        """The question with its values, for `ahead`."""
        return self, values

    def first(self, **values: Any) -> Found | None:
        """The first row, None where there is none; the query itself is limited to as few as it needs."""
        found = self.all(**values)
        return found[0] if found else None

    def one(self, **values: Any) -> Found:
        """The one row; raises the model's DoesNotExist where there is none."""
        found = self.all(**values)
        if not found:
            raise self._queryset.model.DoesNotExist
        return found[0]

    def _where(self) -> Any:
        return connections[router.db_for_read(self._queryset.model)]  # the replica, where the page may read it

    def _filled(self, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        sql, params = self._sql
        return sql, [values[one.name] if isinstance(one, _Place) else one for one in params]

    def _found(self, rows: Iterable[Sequence[Any]]) -> list[Found]:
        if self._converters:
            rows = self._compiler.apply_converters(rows, self._converters)
        return [self._made(row) for row in rows]

    @cached_property
    def _queryset(self) -> QuerySet[Any, Found]:
        return self._question()

    @cached_property
    def _compiler(self) -> Any:
        return self._queryset.query.get_compiler(connection=connection)

    @cached_property
    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        sql, params = self._compiler.as_sql()
        return sql, tuple(params)

    @cached_property
    def _converters(self) -> Any:
        compiler = self._compiler
        return compiler.get_converters([column[0] for column in compiler.select])

    @cached_property
    def _types(self) -> list[int]:
        """The number that PostgreSQL gives the type of each column."""
        return [_type_of(column[0]) for column in self._compiler.select]

    @cached_property
    def _made(self) -> Callable[[Sequence[Any]], Found]:
        """From a row to what the queryset yields."""
        compiler = self._compiler
        info, select = compiler.klass_info, compiler.select
        if not issubclass(self._queryset._iterable_class, ModelIterable):
            return tuple  # type: ignore[return-value]
        model, first, last = info["model"], info["select_fields"][0], info["select_fields"][-1] + 1
        names = [column[0].target.attname for column in select[first:last]]
        beside = get_related_populators(info, select, connection.alias)
        added = compiler.annotation_col_map or {}

        def made(row: Sequence[Any]) -> Any:
            found = model.from_db(connection.alias, names, row[first:last])
            for populator in beside:
                populator.populate(row, found)
            for name, column in added.items():
                setattr(found, name, row[column])
            return found

        return made


@contextmanager
def ahead(*questions: Question) -> Iterator[None]:
    """What a page is about to ask, in one statement: `with ahead(TASKS.about(case=7), NOTES.about(case=7)):`. Inside, each has its
    rows from there when it is first asked with these values, and asks by itself after that; a page that writes does so
    outside. Each part is planned as it would be alone, and comes as an array of its rows, every value as text, which is
    how the driver is given a value anyway."""
    if not questions:
        yield
        return
    parts, params = [], []
    for asked, values in questions:
        sql, given_to = asked._filled(values)
        names = [f"c{number}" for number in range(len(asked._types))]
        columns = ", ".join(f"{name}::text" for name in names)
        parts.append(f"ARRAY(SELECT ARRAY[{columns}] FROM ({sql}) AS part({', '.join(names)}))")
        params += given_to
    where = questions[0][0]._where()
    with where.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        found = cursor.fetchone()
        known = {
            _named(asked, values): asked._found(_from_text(rows, asked._types, cursor))
            for (asked, values), rows in zip(questions, found, strict=True)
        }
    token = _known.set(known)
    try:
        yield
    finally:
        _known.reset(token)


def _named(asked: Asked[Any], values: Mapping[str, Any]) -> Any:
    return asked, frozenset(values.items())


def _from_text(rows: Sequence[Sequence[str | None]], types: Sequence[int], cursor: Any) -> list[tuple[Any, ...]]:
    """Each value as the driver would have read it, which it does from text too; an encoding of JSON is the connection's."""
    own, raw = cursor.connection.string_types, cursor.cursor
    casts = [own.get(one) or string_types.get(one) or string_types[_TEXT] for one in types]  # text, as of any other
    return [tuple(cast(value, raw) for cast, value in zip(casts, row, strict=True)) for row in rows]


def _type_of(column: Any) -> int:
    name = column.output_field.db_type(connection) or "none"
    try:
        return _TYPES[name.partition("(")[0]]
    except KeyError:
        raise TypeError(f"casework/statements.py knows no number for a column's type: {name}") from None


# The types of our columns by PostgreSQL's fixed numbers (its catalogue, pg_type.dat).
_TYPES: Final = {
    "boolean": 16, "bytea": 17, "bigint": 20, "smallint": 21, "integer": 23, "text": 25, "varchar": 1043, "date": 1082,
    "timestamp with time zone": 1184, "numeric": 1700, "uuid": 2950, "jsonb": 3802, "xid8": 5069,
}  # fmt: skip
_TEXT: Final = 25


@contextmanager
def together() -> Iterator[None]:
    """What `append`, `update` and `send` are given inside goes to the database in one trip: with the next other statement,
    or at the end. A trip costs as much as the small statement that it carries; each has its own snapshot all the same. What
    the database refuses shows at that moment; whoever has to answer for one row sends it outside, or asks something after."""
    token = _waiting.set([])
    try:
        with connection.execute_wrapper(_what_waits_first):
            yield
            _send_what_waits()
    finally:
        _waiting.reset(token)


def send(sql: str, values: Sequence[Any]) -> None:
    """A change whose answer nobody needs."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append((sql, values))
    else:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)


def insert(row: Model) -> None:
    """A new row; the key that the database gives is read back, unless it gave one beforehand: then the row can wait."""
    key = _given_key(type(row))
    if row.pk is not None and key is not None:
        send(*_insertion_of([row], keyed=True))
        return
    sql, values = _insertion_of([row])
    _send_what_waits(
        (f"{sql} RETURNING {connection.ops.quote_name(key.column)}" if key is not None else sql, values), row
    )


def append(*rows: Model, ignore_conflicts: bool = False) -> None:
    """New rows of one model whose keys nobody needs."""
    if rows:
        sql, values = _insertion_of(rows)
        send(f"{sql} ON CONFLICT DO NOTHING" if ignore_conflicts else sql, values)


def update(row: Model) -> None:
    """Every column of a row that is there: the caller has locked it, or its case."""
    model, there = type(row), connections[DEFAULT_DB_ALIAS]
    send(_change(model), [*_values(row, _changed(model), there, adding=False), row.pk])


def _what_waits_first(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Any other statement takes along what waits, in front of it."""
    waiting = _waiting.get()
    if not waiting:
        return execute(sql, params, many, context)
    if many or isinstance(params, Mapping):
        _send_what_waits()
        return execute(sql, params, many, context)
    # Beside others a statement has values even where it had none of its own: a percent sign in it is then none any more.
    own = (sql.replace("%", "%%"), ()) if params is None else (sql, params)
    text, values = _in_one([*waiting, own])
    waiting.clear()
    return execute(text, values, many, context)


def _send_what_waits(last: Statement | None = None, row: Model | None = None) -> None:
    """In the order in which it was given, with one more that returns the key of `row`."""
    waiting = _waiting.get() or []
    statements = [*waiting, last] if last else waiting[:]
    waiting.clear()
    if not statements:
        return
    with connection.cursor() as cursor:
        cursor.execute(*_in_one(statements))
        if row is not None and (key := _given_key(type(row))) is not None:
            (found,) = cursor.fetchone()
            setattr(row, key.attname, found)


def _in_one(statements: Sequence[Statement]) -> Statement:
    return BETWEEN.join(sql for sql, _ in statements), [value for _, values in statements for value in values]


def _insertion_of(rows: Sequence[Model], *, keyed: bool = False) -> Statement:
    model = type(rows[0])
    columns = _inserted(model, keyed)
    values: list[Any] = []
    there = connections[DEFAULT_DB_ALIAS]
    for row in rows:
        beside: Mapping[str, Any] = row._state.fields_cache
        if any(one is not None and row.__dict__.get(f"{name}_id") is None for name, one in beside.items()):
            # A row beside it that has no key (refused), or was stored only after it was named here.
            row._prepare_related_fields_for_save(operation_name="insert")  # type: ignore[attr-defined]
        row._state.adding, row._state.db = False, there.alias
        values += _values(row, columns, there, adding=True)
    return _insertion(model, len(rows), keyed), values


def _values(row: Model, columns: "Sequence[tuple[Column, tuple[type, ...]]]", there: Any, *, adding: bool) -> list[Any]:
    """What the database is given for each column. A plain value is given as it is, as its field would after several calls."""
    has = row.__dict__
    return [
        value
        if (kind := type(value := has.get(column.attname, has))) in plain and (kind is not datetime or value.tzinfo)
        else column.get_db_prep_save(column.pre_save(row, adding), there)
        for column, plain in columns
    ]


_PLAIN: Final[dict[type[Column], type]] = {
    CharField: str, TextField: str, BooleanField: bool, DateField: date, DateTimeField: datetime, UUIDField: UUID, IntegerField: int, BigIntegerField: int,
    SmallIntegerField: int, PositiveIntegerField: int, DecimalField: NoneType, BinaryField: NoneType, PositiveSmallIntegerField: int, ForeignKey: int, OneToOneField: int,
}  # fmt: skip


def _with_plain(column: Column) -> tuple[Column, tuple[type, ...]]:
    """A column with the types whose values its field would give on unchanged; none where it sets a value by itself."""
    plain = _PLAIN.get(type(column))
    if plain is None or getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False):
        return column, ()
    return column, (plain, NoneType)


@cache
def _given_key(model: type[Model]) -> "Column | None":
    """The key where the database gives it."""
    key = model._meta.pk
    return key if isinstance(key, AutoField) else None


@cache
def _inserted(model: type[Model], keyed: bool) -> tuple[tuple[Column, tuple[type, ...]], ...]:
    """The columns that we fill; a column with a default of the database's is its own matter."""
    return tuple(
        _with_plain(field) for field in model._meta.local_concrete_fields
        if (keyed or field is not _given_key(model)) and not isinstance(field.get_default(), DatabaseDefault)
    )  # fmt: skip


@cache
def _changed(model: type[Model]) -> tuple[tuple[Column, tuple[type, ...]], ...]:
    return tuple(_with_plain(field) for field in model._meta.local_concrete_fields if not field.primary_key)


@cache
def _insertion(model: type[Model], number: int, keyed: bool) -> str:
    quote, fields = connection.ops.quote_name, _inserted(model, keyed)
    row = f"({', '.join(['%s'] * len(fields))})"
    columns = ", ".join(quote(field.column) for field, _ in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {', '.join([row] * number)}"


@cache
def _change(model: type[Model]) -> str:
    quote, key = connection.ops.quote_name, model._meta.pk
    columns = ", ".join(f"{quote(field.column)} = %s" for field, _ in _changed(model))
    return f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {quote(key.column)} = %s"
