"""The rules that edit checks are made of: None when all is well, else the figures to tell."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forms.questionnaire.core import GONE
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Answers, Questionnaire
from survey_data.rounds import EXTRA

Found = dict[str, Any] | None
Rule = Callable[["Situation", tuple[str, ...], Mapping[str, Any]], Found]

# The modules that must be answered, begun or not.
ALWAYS_ASKED = ("0", "1", EXTRA)

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+?[\d\s()/\-\u2013]{6,25}")


@dataclass(frozen=True)
class Situation:
    """What the checks look at: this year's answers beside last year's."""

    questionnaire: Questionnaire
    answers: Answers
    last_year: Answers
    reference_date: str

    @property
    def gone(self) -> bool:
        """Whether the enterprise is closed, moved or no longer a WISE."""
        return self.answers.get("status") in GONE

    def number(self, name: str) -> int | None:
        """This year's number."""
        return whole(self.answers.get(name))

    def before(self, name: str) -> int | None:
        """Last year's number."""
        return whole(self.last_year.get(name))

    @cached_property
    def begun(self) -> frozenset[str]:
        """The modules in which anything is answered."""
        return self.questionnaire.begun(self.answers)


def whole(value: object) -> int | None:
    """The number that an answer is, None for any other answer."""
    # No boolean is meant, though Python has them be whole numbers.
    return value if type(value) is int else None


def missing(situation: Situation, question: Question) -> Found:
    """A required answer is not given; of a voluntary module only once it is begun."""
    value = situation.answers.get(question.name)
    if value is True if question.name == "certify" else value is not None:
        return None
    if situation.gone and (question.kind == "whole_number" or question.module == EXTRA):
        return None
    return {} if question.module in ALWAYS_ASKED or question.module in situation.begun else None


def out_of_range(situation: Situation, question: Question) -> Found:
    """A number, year or date outside its bounds, or a text longer than its maximum."""
    value: Any = situation.answers.get(question.name)
    if value is None or isinstance(value, list | bool) or question.kind == "computed":
        return None
    least: Any = question.minimum
    most: Any = question.maximum
    size = len(value) if isinstance(most, int) and isinstance(value, str) else value
    if least is not None and size < least:
        return {"way": "below", "kind": question.kind, "limit": least}
    if most is not None and size > most:
        return {"way": "above", "kind": question.kind, "limit": most}
    return None


def contact(situation: Situation, fields: tuple[str, ...], _: Mapping[str, Any]) -> Found:
    """Neither an e-mail address nor a telephone number."""
    text = situation.answers.get(fields[0])
    if not isinstance(text, str) or EMAIL.fullmatch(text) or PHONE.fullmatch(text):
        return None
    return {}


def gone(situation: Situation, fields: tuple[str, ...], _: Mapping[str, Any]) -> Found:
    """People are counted in an enterprise that is not there any more."""
    counted = [name for name in fields if (situation.number(name) or 0) > 0]
    if not situation.gone or not counted:
        return None
    return {"fields": (*counted, "status"), "status": situation.answers["status"]}


def needs(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """An answer that another answer calls for is missing."""
    called_for = situation.answers.get(rule["when"]) == rule["is"]
    return {} if called_for and situation.answers.get(fields[0]) is None else None


def needs_some(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """A module is begun, somebody is counted, and nothing is chosen."""
    question = situation.questionnaire[fields[0]]
    empty = situation.answers.get(fields[0]) is None and question.module in situation.begun
    return {} if empty and situation.number(rule["when"]) else None


def balance(situation: Situation, fields: tuple[str, ...], _: Mapping[str, Any]) -> Found:
    """The parts do not add up to the total that was typed."""
    total = situation.number(fields[0])
    together = situation.questionnaire.sum_of(fields[0], situation.answers)
    if total is None or together is None or total == together:
        return None
    parts = [q.name for q in situation.questionnaire.parts_of(fields[0])]
    filled = [name for name in parts if situation.number(name) is not None]
    return {"fields": (*filled, fields[0]), "total": total, "sum": together, "of": fields[0]}


def change(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """A change since last year of at least a share and at least so many persons."""
    now, before = situation.number(fields[0]), situation.before(fields[0])
    if now is None or before is None:
        return None
    difference = abs(now - before)
    if difference < rule["persons"] or difference < rule["share"] * before:
        return None
    way = "up" if now > before else "down"
    return {"now": now, "before": before, "fits": f"{rule['topic']}_{way}", **rule}


def is_zero(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """Nobody is counted although the enterprise is at work."""
    at_work = situation.answers.get("status") == rule["status"]
    return {} if at_work and situation.number(fields[0]) == 0 else None


def above(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """More than is usual."""
    now = situation.number(fields[0])
    return {"now": now, **rule} if now is not None and now > rule["limit"] else None


def ratio(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """Many times as many as of something else."""
    now, other = situation.number(fields[0]), situation.number(rule["of"])
    return {"now": now, "other": other} if now and other and now > rule["times"] * other else None


def fell_to_zero(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """Nobody this year, where there were several."""
    before = situation.before(fields[0])
    if before is None or before < rule["from"] or situation.number(fields[0]) != 0:
        return None
    return {"before": before}


def share_of(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """One part is most of the total."""
    now, total = situation.number(fields[0]), situation.number(rule["of"])
    if not now or not total or now < rule["persons"] or now <= rule["share"] * total:
        return None
    return {"now": now, "total": total}


def share_shift(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """A part's share of the total has moved much, and by several persons."""
    now, total = situation.number(fields[0]), situation.number(rule["of"])
    was, was_total = situation.before(fields[0]), situation.before(rule["of"])
    if now is None or was is None or not total or not was_total:
        return None
    moved = abs(now / total - was / was_total)
    if moved <= rule["points"] or abs(now - was) < rule["persons"]:
        return None
    return {"now": round(100 * now / total), "before": round(100 * was / was_total)}


def unchanged(situation: Situation, fields: tuple[str, ...], _: Mapping[str, Any]) -> Found:
    """Every part is exactly what it was, and somebody is counted."""
    now = [situation.number(name) for name in fields]
    before = [situation.before(name) for name in fields]
    return {} if None not in now and any(now) and now == before else None


def differs(situation: Situation, fields: tuple[str, ...], _: Mapping[str, Any]) -> Found:
    """Another answer than last year."""
    now, before = situation.answers.get(fields[0]), situation.last_year.get(fields[0])
    return {"before": before} if None not in (now, before) and now != before else None


def rows_match(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """The rows come to more than what they divide, or to something else once all are given."""
    together, whole = situation.number(fields[0]), situation.number(rule["of"])
    if together is None or whole is None or together == whole:
        return None
    parts = [q.name for q in situation.questionnaire.parts_of(fields[0])]
    filled = [name for name in parts if situation.number(name) is not None]
    if together < whole and len(filled) < len(parts):
        return None
    return {"fields": tuple(filled), "sum": together, "total": whole, "of": rule["of"]}


def at_most(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """More than the whole it is counted among."""
    now, whole = situation.number(fields[0]), situation.number(rule["of"])
    if now is None or whole is None or now <= whole:
        return None
    return {"now": now, "total": whole, "of": rule["of"]}


def number_and_reason(situation: Situation, fields: tuple[str, ...], _: Mapping[str, Any]) -> Found:
    """A number is given, and also a reason for giving none."""
    if situation.answers.get(fields[0]) is None:
        return None
    asked = situation.questionnaire
    number = asked[fields[0]].blank_of
    names = (number, *(q.name for q in asked.parts_of(number)))
    given = [name for name in names if name in asked and asked[name].typed]
    given = [name for name in given if situation.number(name) is not None]
    return {"fields": (fields[0], *given)} if given else None


def small_share(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """A group, with the placed, is a small share of everyone."""
    group, employed = situation.number(fields[0]), situation.number("employees_total")
    placed = situation.number("placed_total") or 0
    if group is None or employed is None or not employed + placed:
        return None
    share = (group + placed) / (employed + placed)
    return {"now": round(100 * share)} if share < rule["share"] else None


def beyond_placed(situation: Situation, fields: tuple[str, ...], _: Mapping[str, Any]) -> Found:
    """More went from placement to employment than last year's placed and this year's growth."""
    now, placed = situation.number(fields[0]), situation.before("placed_total")
    employed, before = situation.number("employees_total"), situation.before("employees_total")
    if now is None or placed is None or employed is None or before is None:
        return None
    growth = max(employed - before, 0)
    return {"now": now, "placed": placed} if now > placed + growth else None


def little_each(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """So little for each employee that kronor may have been taken for thousands, or the reverse."""
    now, employed = situation.number(fields[0]), situation.number("employees_total")
    if now is None or not employed or now >= rule["least"] * employed:
        return None
    return {"now": now, "employed": employed}


def both(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """Two answers that seldom go together."""
    chosen = situation.answers.get(fields[0])
    other = situation.answers.get(fields[1])
    together = isinstance(chosen, list) and rule["one"] in chosen and other in rule["other"]
    return {} if together else None


def not_reference_date(
    situation: Situation, fields: tuple[str, ...], _: Mapping[str, Any]
) -> Found:
    """The figures are of another day than the round's."""
    day = situation.answers.get(fields[0])
    return {} if day and situation.reference_date and day != situation.reference_date else None


def legal_form(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """The organisation number usually begins otherwise for this legal form."""
    expected = rule["first_digit"].get(situation.answers.get(fields[0]))
    number = situation.answers.get(fields[1])
    if not expected or not isinstance(number, str) or number.startswith(expected):
        return None
    return {"expected": expected}


def one_of(situation: Situation, fields: tuple[str, ...], rule: Mapping[str, Any]) -> Found:
    """An answer that a coordinator should look at."""
    return {} if situation.answers.get(fields[0]) in rule["codes"] else None
