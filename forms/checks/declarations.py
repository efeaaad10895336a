"""Edit checks as data: what to compare, where the limits are, and how hard each one is.

Pure: answers in, a list of the checks that fired out. What each one says stands in
forms.checks.messages. A hard check or a balance must be put right; a soft one asks once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from forms.checks.rules import GENERIC, RULES, Situation
from forms.questionnaire.core import GONE
from forms.questionnaire.inventory import MODULE_QUESTIONS
from forms.questionnaire.questionnaire import Answers, Questionnaire

Kind = Literal["hard", "soft", "balance"]
COUNTS = (
    "employees_total", "employees_women", "employees_men", "employees_gender_not_stated",
    "placed_af", "placed_kommun", "placed_other_unpaid", "placed_other_paid",
)  # fmt: skip
PLACED_PARTS = COUNTS[4:]
BLANK_REASONS = tuple(q.name for q in MODULE_QUESTIONS if q.blank_of)


@dataclass(frozen=True)
class Check:
    """One edit check; `asked` ones are put to the respondent, the others only reviewed."""

    id: str
    rule: str
    kind: Kind
    fields: tuple[str, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    asked: bool = True


@dataclass(frozen=True)
class Fired:
    """A check that fired: the fields it points at and the figures its sentence needs."""

    id: str
    rule: str
    kind: Kind
    fields: tuple[str, ...]
    parameters: Mapping[str, Any]
    asked: bool = True


CHECKS = (
    Check("contact_can_be_used", "contact", "hard", ("respondent_contact",)),
    Check("nobody_counted_when_gone", "gone", "hard", COUNTS, {"gone": GONE}),
    Check("certified_when", "needs", "hard", ("certification_year",),
          {"when": "certification", "is": "yes"}),
    Check("employees_add_up", "balance", "balance", ("employees_total",)),
    Check("employees_changed", "change", "soft", ("employees_total",),
          {"share": 0.5, "persons": 5, "topic": "employees"}),
    Check("placed_changed", "change", "soft", ("placed_total",),
          {"share": 0.5, "persons": 5, "topic": "placed"}),
    Check("nobody_employed", "is_zero", "soft", ("employees_total",), {"status": "active"}),
    Check("many_employed", "above", "soft", ("employees_total",), {"limit": 150}),
    Check("many_placed_per_employee", "ratio", "soft", ("placed_total",),
          {"of": "employees_total", "times": 20}),
    Check("af_fell_to_zero", "fell_to_zero", "soft", ("placed_af",), {"from": 5}),
    Check("kommun_fell_to_zero", "fell_to_zero", "soft", ("placed_kommun",), {"from": 5}),
    Check("mostly_unpaid", "share_of", "soft", ("placed_other_unpaid",),
          {"of": "placed_total", "share": 0.5, "persons": 5}, asked=False),
    Check("more_placed_than_places", "ratio", "soft", ("placed_total",),
          {"of": "places_offered", "times": 1.2}, asked=False),
    Check("women_share_shifted", "share_shift", "soft", ("employees_women", "employees_men"),
          {"of": "employees_total", "points": 0.3, "persons": 5}, asked=False),
    Check("employees_exactly_the_same", "unchanged", "soft", COUNTS[:3], asked=False),
    Check("placed_exactly_the_same", "unchanged", "soft", PLACED_PARTS[:3], asked=False),
    Check("gender_not_stated_used", "above", "soft", ("employees_gender_not_stated",),
          {"limit": 0}, asked=False),
    Check("paid_others_used", "above", "soft", ("placed_other_paid",), {"limit": 0},
          asked=False),
    Check("another_day", "not_reference_date", "soft", ("as_of_date",), asked=False),
    Check("name_changed", "differs", "soft", ("enterprise_name",), asked=False),
    Check("municipality_changed", "differs", "soft", ("municipality_code",), asked=False),
    Check("start_year_changed", "differs", "soft", ("start_year",), asked=False),
    Check("form_fits_number", "legal_form", "soft", ("legal_form", "org_number"),
          {"first_digit": {"limited_company": "5", "limited_company_svb": "5",
                           "economic_association": "7"}}, asked=False),
    Check("purpose_in_doubt", "one_of", "soft", ("crit_purpose",),
          {"codes": ("partly", "no")}, asked=False),
    Check("participation_in_doubt", "one_of", "soft", ("crit_participation",),
          {"codes": ("no",)}, asked=False),
    Check("reinvestment_in_doubt", "one_of", "soft", ("crit_reinvest",), {"codes": ("no",)},
          asked=False),
    Check("independence_in_doubt", "one_of", "soft", ("crit_independent",),
          {"codes": (False,)}, asked=False),
    Check("placed_without_services", "needs_some", "soft", ("services",),
          {"when": "placed_total"}, asked=False),
    *(Check(f"{name}_twice", "number_and_reason", "hard", (name,)) for name in BLANK_REASONS),
    Check("support_matches", "rows_match", "hard", ("emp_wage_support",),
          {"of": "employees_total"}),
    Check("placed_genders_match", "rows_match", "hard", ("placed_by_gender",),
          {"of": "placed_total"}),
    Check("placed_services_match", "rows_match", "hard", ("placed_by_service",),
          {"of": "placed_total"}),
    Check("target_group_within", "at_most", "hard", ("emp_target_group",),
          {"of": "employees_total"}),
    Check("supervisors_within", "at_most", "hard", ("emp_supervisors",),
          {"of": "employees_total"}),
    Check("nobody_without_support", "is_zero", "soft", ("emp_no_support",),
          {"status": "active"}, asked=False),
    # The share that reserved procurement asks for; an indication, not legal advice.
    Check("small_target_group", "small_share", "soft", ("emp_target_group",), {"share": 0.3},
          asked=False),
    Check("many_into_work_here", "beyond_placed", "soft", ("trans_work_here",), asked=False),
    Check("many_unknown", "share_of", "soft", ("trans_unknown",),
          {"of": "trans_total", "share": 0.3, "persons": 5}, asked=False),
    Check("turnover_changed", "change", "soft", ("turnover",),
          {"share": 0.5, "persons": 100, "topic": "turnover"}, asked=False),
    Check("turnover_per_employee", "little_each", "soft", ("turnover",), {"least": 10},
          asked=False),
    Check("industry_changed", "differs", "soft", ("sni",), asked=False),
    Check("partnership_with_company", "both", "soft", ("agreements", "legal_form"),
          {"one": "iop", "other": ("limited_company", "limited_company_svb")}, asked=False),
)  # fmt: skip


def run(
    questionnaire: Questionnaire,
    answers: Answers,
    last_year: Answers | None = None,
    *,
    reference_date: str = "",
    only: Iterable[str] | None = None,
) -> list[Fired]:
    """Every check that fires on these answers, hard ones first, in reading order.

    `only` keeps those that point at one of these questions. `last_year` is what the
    same enterprise answered the year before.
    """
    known = questionnaire.with_computed(answers)
    situation = Situation(questionnaire, known, last_year or {}, reference_date, GONE)
    fired = [*_generic(situation), *_declared(situation)]
    wanted = None if only is None else set(only)
    kept = [f for f in fired if wanted is None or wanted.intersection(f.fields)]
    order = {name: place for place, name in enumerate(questionnaire.by_name)}
    return sorted(kept, key=lambda f: (f.kind == "soft", order.get(f.fields[0], 0)))


def _generic(situation: Situation) -> Iterable[Fired]:
    for question in situation.questionnaire.questions:
        if question.withdrawn:
            continue
        for name, rule in GENERIC.items():
            found = rule(situation, question)
            if found is not None:
                yield Fired(f"{name} {question.name}", name, "hard", (question.name,), found)
                break


def _declared(situation: Situation) -> Iterable[Fired]:
    for check in CHECKS:
        if check.fields[0] not in situation.questionnaire:
            continue
        found = RULES[check.rule](situation, check.fields, check.parameters)
        if found is not None:
            fields = tuple(found.pop("fields", check.fields))
            yield Fired(check.id, check.rule, check.kind, fields, found, check.asked)


def must_be_put_right(fired: Iterable[Fired]) -> list[Fired]:
    """The hard checks and the balances among them."""
    return [f for f in fired if f.kind != "soft"]


def to_ask(fired: Iterable[Fired]) -> list[Fired]:
    """The soft checks that are put to the respondent."""
    return [f for f in fired if f.kind == "soft" and f.asked]
