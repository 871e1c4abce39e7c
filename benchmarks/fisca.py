"""Two of the measures as an OpenFisca tax-benefit system, written the way its documentation teaches (openfisca.org/doc).

Months are periods of the variables, the policy's own period is the formula's first day and the variable's `end`, the figures are
parameter nodes made of `policy/parameters.toml`, a trader's shop is a group entity with roles. Money is yuan in OpenFisca's
floats, which have 32 bits: a month is exact to the fen in them, a large total is not, so `granted` adds the months in 64.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

import numpy
from numpy.typing import NDArray
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import ETERNITY, MONTH
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from policy.parameters import Parameters

FIGURES: Final = (
    "contribution_base_floor", "flexible_worker_rate", "employee_rate", "flexible_employment.share",
    "flexible_employment.arrears_months",
)  # fmt: skip
Values = Mapping[str, Mapping[str, Any]]  # by variable, then by period
Situation = Mapping[str, Mapping[str, Any]]

Person: Any = build_entity(key="person", plural="persons", label="A person", is_person=True)
Shop: Any = build_entity(
    key="shop", plural="shops", label="A sole trader's business",
    roles=[{"key": "owner", "max": 1}, {"key": "employee", "plural": "employees"}],
)  # fmt: skip


def half_up(yuan: Any) -> Any:
    """Rounded to the fen."""
    return numpy.floor(yuan * 100 + 0.5) / 100


# --- what is told


class district_resident(Variable):
    value_type, entity, definition_period = bool, Person, ETERNITY
    label = "Household registered in Minhang"


class certificate_valid(Variable):
    value_type, entity, definition_period = bool, Person, ETERNITY
    label = "Disability certificate valid"


class flexible_employment_registered(Variable):
    value_type, entity, definition_period = bool, Person, ETERNITY
    label = "Registered as flexibly employed"


class applied_on(Variable):
    value_type, entity, definition_period = date, Person, ETERNITY
    label = "Day of application"


class disabled(Variable):
    value_type, entity, definition_period = bool, Person, MONTH
    label = "Disabled"


class paid_on_time(Variable):
    value_type, entity, definition_period = bool, Person, MONTH
    label = "The month's insurance was paid within the month"


class paid_in_full(Variable):
    value_type, entity, definition_period = bool, Person, MONTH
    label = "Nothing of the month's insurance is owed"


class paid(Variable):
    value_type, entity, definition_period = float, Person, MONTH
    label = "Insurance paid for the person, yuan"


class hrss_subsidy(Variable):
    value_type, entity, definition_period = float, Person, MONTH
    label = "What HR&SS paid towards it, yuan"


class insurance_subsidy_granted(Variable):
    value_type, entity, definition_period = float, Person, MONTH
    label = "Subsidy of the same kind granted before for the month, yuan"


class licence_in_district(Variable):
    value_type, entity, definition_period = bool, Shop, ETERNITY
    label = "Sole-trader licence of Minhang"


class trading(Variable):
    value_type, entity, definition_period = bool, Shop, ETERNITY
    label = "Really open for business"


# --- what follows


class flexible_employment_subsidy(Variable):
    value_type, entity, definition_period = float, Person, MONTH
    label = "Social insurance subsidy for flexible employment, clause 三（五）, yuan"
    end = "2029-02-28"

    def formula_2024_03(person: Any, period: Any, parameters: Any) -> Any:
        figures = parameters(period)
        who = (
            "district_resident", "certificate_valid", "flexible_employment_registered", "paid_on_time", "paid_in_full",
        )  # fmt: skip
        is_entitled = numpy.logical_and.reduce([person(name, period) for name in who])
        age = person("applied_on", period).astype("datetime64[M]") - numpy.datetime64(str(period.start)[:7])
        in_time = (age.astype(int) >= 0) * (age.astype(int) <= figures.flexible_employment.arrears_months)
        is_first = person("insurance_subsidy_granted", period) == 0
        due = figures.contribution_base_floor * figures.flexible_worker_rate
        return is_entitled * in_time * is_first * half_up(due * figures.flexible_employment.share)


class sole_trader_part(Variable):
    value_type, entity, definition_period = float, Person, MONTH
    label = "What a person's month adds to the subsidy of clause 三（七）, yuan"
    end = "2029-02-28"

    def formula_2024_03(person: Any, period: Any, parameters: Any) -> Any:
        figures = parameters(period)
        counts = numpy.logical_and.reduce(
            [person(name, period) for name in ("disabled", "paid_on_time", "paid_in_full")]
        )
        is_first = person("insurance_subsidy_granted", period) == 0
        rest = numpy.maximum(person("paid", period) - person("hrss_subsidy", period), 0)
        return counts * is_first * numpy.minimum(rest, half_up(figures.contribution_base_floor * figures.employee_rate))


class self_employment_subsidy(Variable):
    value_type, entity, definition_period = float, Shop, MONTH
    label = "Social insurance subsidy for sole traders, clause 三（七）, yuan"

    def formula(shop: Any, period: Any, parameters: Any) -> Any:
        owner = shop.owner("district_resident", period) * shop.owner("certificate_valid", period)
        is_open = shop("licence_in_district", period) * shop("trading", period)
        return owner * is_open * shop.sum(shop.members("sole_trader_part", period))


VARIABLES: Final = (
    district_resident, certificate_valid, flexible_employment_registered, applied_on, disabled, paid_on_time, paid_in_full,
    paid, hrss_subsidy, insurance_subsidy_granted, licence_in_district, trading, flexible_employment_subsidy,
    sole_trader_part, self_employment_subsidy,
)  # fmt: skip


def system(figures: Parameters) -> TaxBenefitSystem:
    """The two measures with the figures that both need."""
    made = TaxBenefitSystem([Person, Shop])
    made.parameters = ParameterNode("", data=_nodes(figures))
    made.add_variables(*VARIABLES)
    return made


def _nodes(figures: Parameters) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name in FIGURES:
        values: dict[str, Any] = {}
        for entry in figures.named(name):
            assert entry.value is not None
            values[entry.period.first.isoformat()] = {"value": float(entry.value)}
            if entry.period.last is not None:  # unknown from then on, unless the next entry says more
                values[(entry.period.last + timedelta(days=1)).isoformat()] = {"value": None}
        *above, last = name.split(".")
        branch = tree
        for one in above:
            branch = branch.setdefault(one, {})
        branch[last] = {"values": values}
    return tree


# --- one claim, and many at once


def one(rules: TaxBenefitSystem, situation: Situation) -> Simulation:
    """The simulation of a test case, as its documentation builds it of JSON."""
    return SimulationBuilder().build_from_entities(rules, situation)


@dataclass(frozen=True)
class Crowd:
    """Many test cases as columns: who belongs to which shop, and an array for each variable and period."""

    persons: NDArray[Any]
    shops: NDArray[Any]
    shop_of: NDArray[Any]
    roles: NDArray[Any]  # 0 the owner, 1 an employee
    columns: list[tuple[str, str, NDArray[Any]]]


def crowd(rules: TaxBenefitSystem, situations: Sequence[Situation]) -> Crowd:
    """Whoever has no shop gets one of their own, as everybody must belong to each kind of group."""
    shop_of, roles = list[int](), list[int]()
    told: dict[tuple[str, str], dict[int, Any]] = {}
    for at, situation in enumerate(situations):
        [(_, shop)] = situation.get("shops", {"": {"owner": [*situation["persons"]]}}).items()
        _tell(told, at, {name: by for name, by in shop.items() if name in rules.variables})
        for name, values in situation["persons"].items():
            _tell(told, len(shop_of), values)
            shop_of.append(at)
            roles.append(int(name not in shop["owner"]))
    columns = []
    for (name, period), values in told.items():
        variable = rules.get_variable(name)
        size = len(shop_of) if variable.entity.is_person else len(situations)
        column = numpy.full(size, variable.default_value, variable.dtype)
        column[list(values)] = list(values.values())
        columns.append((name, period, column))
    persons, shops = numpy.arange(len(shop_of)), numpy.arange(len(situations))
    return Crowd(persons, shops, numpy.array(shop_of), numpy.array(roles), columns)


def _tell(told: dict[tuple[str, str], dict[int, Any]], place: int, values: Values) -> None:
    for name, by_period in values.items():
        for period, value in by_period.items():
            told.setdefault((name, period), {})[place] = value


def many(rules: TaxBenefitSystem, given: Crowd) -> Simulation:
    """The simulation of a population from its arrays."""
    builder = SimulationBuilder()
    builder.create_entities(rules)
    builder.declare_person_entity("person", given.persons)
    shops = builder.declare_entity("shop", given.shops)
    builder.join_with_persons(shops, given.shop_of, given.roles)
    simulation = builder.build(rules)
    for name, period, column in given.columns:
        simulation.set_input(name, period, column)
    return simulation


def granted(simulation: Simulation, measure: str, months: Iterable[str]) -> NDArray[Any]:
    """Each claim's amount in fen: its months added; above 0 the claim is eligible."""
    found = [simulation.calculate(measure, _period(month)).astype(float) for month in months]
    return numpy.rint(numpy.sum(found, axis=0) * 100).astype(int)


@cache
def _period(month: str) -> Any:
    return periods.period(month)
