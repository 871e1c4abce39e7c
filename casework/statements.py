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
from functools import cache, cached_property
from typing import Any, Final, Generic, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, router
from django.db.models import AutoField, Field, Model, QuerySet
from django.db.models.expressions import DatabaseDefault, RawSQL
from django.db.models.query import ModelIterable, get_related_populators  # type: ignore[attr-defined]

Found = TypeVar("Found")
Column: TypeAlias = "Field[Any, Any]"
Statement = tuple[str, Sequence[Any]]
BETWEEN: Final = ";\n"  # what stands between the statements of one trip
_waiting: ContextVar[list[Statement] | None] = ContextVar("waiting", default=None)


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
        sql, params = self._sql
        where = connections[router.db_for_read(self._queryset.model)]  # the replica, where the page may read it
        waits = _waiting.set(None) if self._apart else None
        try:
            with where.cursor() as cursor:
                cursor.execute(sql, [values[one.name] if isinstance(one, _Place) else one for one in params])
                rows: Iterable[Any] = cursor.fetchall()
        finally:
            if waits is not None:
                _waiting.reset(waits)
        if self._converters:
            rows = self._compiler.apply_converters(rows, self._converters)
        return [self._made(row) for row in rows]

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
    """A new row; the key that the database gives is read back."""
    key = _given_key(type(row))
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
    values = [field.get_db_prep_save(field.pre_save(row, False), there) for field in _changed(model)]
    send(_change(model), [*values, row.pk])


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


def _insertion_of(rows: Sequence[Model]) -> Statement:
    model, there = type(rows[0]), connections[DEFAULT_DB_ALIAS]
    fields = _inserted(model)
    for row in rows:
        row._prepare_related_fields_for_save(operation_name="insert")  # type: ignore[attr-defined]
        row._state.adding, row._state.db = False, there.alias
    values = [field.get_db_prep_save(field.pre_save(row, True), there) for row in rows for field in fields]
    return _insertion(model, len(rows)), values


@cache
def _given_key(model: type[Model]) -> "Column | None":
    """The key where the database gives it."""
    key = model._meta.pk
    return key if isinstance(key, AutoField) else None


@cache
def _inserted(model: type[Model]) -> tuple[Column, ...]:
    """The columns that we fill; a column with a default of the database's is its own matter."""
    return tuple(
        field for field in model._meta.local_concrete_fields
        if field is not _given_key(model) and not isinstance(field.get_default(), DatabaseDefault)
    )  # fmt: skip


@cache
def _changed(model: type[Model]) -> tuple[Column, ...]:
    return tuple(field for field in model._meta.local_concrete_fields if not field.primary_key)


@cache
def _insertion(model: type[Model], number: int) -> str:
    quote, fields = connection.ops.quote_name, _inserted(model)
    row = f"({', '.join(['%s'] * len(fields))})"
    columns = ", ".join(quote(field.column) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {', '.join([row] * number)}"


@cache
def _change(model: type[Model]) -> str:
    quote, key = connection.ops.quote_name, model._meta.pk
    columns = ", ".join(f"{quote(field.column)} = %s" for field in _changed(model))
    return f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {quote(key.column)} = %s"
