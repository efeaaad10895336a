"""What every check says: to the respondent, to the reviewer, and of an answer by itself. Pure.

Each sentence is an instruction or a plain observation. Nothing a person typed is repeated unless
it is a number.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from forms.checks import Check, Wording
from forms.checks.checking import find
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire
from survey_data.review import FiredCheck
from survey_data.rounds import EXTRA

# Kept as a table that can be read through, not one argument a line.
# fmt: off
MISSING = Wording("Svara på frågan ”{label}”", "Answer the question “{label}”")
MISSING_NUMBER = Wording("Fyll i antalet {label}. Skriv 0 om det inte är någon",
                         "Enter the number of {label}. Enter 0 if there are none")
TO_CORRECT = Wording("Svaret behöver rättas", "The answer needs correcting")
UNREADABLE = {
    "not_a_number": Wording("Skriv ett heltal, till exempel 7",
                            "Enter a whole number, for example 7"),
    "not_whole": Wording("Skriv ett helt antal utan decimaler, till exempel 12",
                         "Enter a whole number without decimals, for example 12"),
    "not_a_date": Wording("Skriv datumet som år-månad-dag, till exempel 2021-10-01",
                          "Enter the date as year-month-day, for example 2021-10-01"),
    "not_a_choice": Wording("Välj ett av svaren i listan",
                            "Choose one of the answers in the list"),
    "org_number": Wording(
        "Kontrollera organisationsnumret. Det har tio siffror, till exempel 556000-4615",
        "Check the organisation number. It has ten digits, for example 556000-4615"),
    "personal_number": Wording(
        "Ta bort personnumret i ”{label}”. Vi har inte sparat det",
        "Remove the personal identity number from “{label}”. We have not saved it"),
}
# How far a number, year or date may go, or a text be long.
RANGES = {
    ("whole_number", "below"): Wording("Skriv 0 eller mer", "Enter 0 or more"),
    ("whole_number", "above"): Wording("Kontrollera antalet. Det kan vara högst {limit}",
                                       "Check the number. It can be at most {limit}"),
    ("year", "below"): Wording("Skriv ett årtal från {limit} och framåt",
                               "Enter {limit} or a later year"),
    ("year", "above"): Wording("Skriv ett årtal till och med {limit}",
                               "Enter {limit} or an earlier year"),
    ("date", "below"): Wording("Välj en dag från och med {limit}",
                               "Choose {limit} or a later day"),
    ("date", "above"): Wording("Välj en dag till och med {limit}",
                               "Choose {limit} or an earlier day"),
    ("text", "above"): Wording("Korta texten till högst {limit} tecken",
                               "Shorten the text to at most {limit} characters"),
}
MORE = Wording("{number} fler", "{number} more")
FEWER = Wording("{number} färre", "{number} fewer")
# fmt: on


def say(fired: FiredCheck, asked: Questionnaire, language: str) -> str:
    """What a check that fired tells the respondent."""
    if fired.rule == "missing":
        return missing(asked[fired.fields[0]], language)
    if fired.rule == "out_of_range":
        found = fired.parameters
        return out_of_range(found["kind"], found["way"], found["limit"], language)
    check = find(fired.check_id)
    return check.says.say(language, **_figures(fired, asked, language)) if check else ""


def seen(fired: FiredCheck, asked: Questionnaire, language: str) -> str:
    """What the check saw, as the reviewer reads it."""
    check = find(fired.check_id)
    if check is None or check.seen is None:
        return say(fired, asked, language)
    return check.seen.say(language, **_figures(fired, asked, language))


def heading(fired: FiredCheck, language: str) -> str:
    """What a check that fired is called."""
    check, found = find(fired.check_id), fired.parameters
    if check is None:
        return TO_CORRECT.say(language)
    way = check.rises if found.get("now", 0) > found.get("before", 0) else check.falls
    return (way or check.heading).say(language)


def limit(check: Check | None, limits: Mapping[str, Any], language: str) -> str:
    """Where the limit of a check is, with the numbers that applied when it fired."""
    if check is None or check.limit is None:
        return ""
    figures = {name: _number(name, value, language) for name, value in limits.items()}
    return check.limit.say(language, **figures)


def _number(name: str, value: Any, language: str) -> Any:
    if name == "share":
        return format_percent(value, locale=language)
    if name == "points":
        return round(100 * value)
    return format_decimal(value, locale=language) if isinstance(value, float) else value


def _figures(fired: FiredCheck, asked: Questionnaire, language: str) -> dict[str, Any]:
    """Everything a sentence may name; a figure called as a question is said as its answer."""
    found, question = fired.parameters, asked[fired.fields[0]]
    figures = {n: asked[n].show(v, language) if n in asked else v for n, v in found.items()}
    for name in ("now", "before"):
        figures[f"{name}_said"] = _said(question, found.get(name), language)
    if "of" in found:
        figures["total_said"] = _said(asked[found["of"]], found.get("total"), language)
    if {"now", "before"} <= found.keys():
        figures["difference"] = _difference(found["now"], found["before"], language)
    number = asked[question.blank_of] if question.blank_of else question
    return figures | {"label": number.short(language)}


def _said(question: Question, value: Any, language: str) -> str:
    if question.kind in ("whole_number", "computed") and value is not None:
        return question.counted(value, language)
    return question.show(value, language)


def _difference(now: int, before: int, language: str) -> str:
    number = abs(now - before)
    said = (MORE if now > before else FEWER).say(language, number=number)
    return f"{said}, {format_percent(number / before, locale=language)}" if before else said


def missing(question: Question, language: str) -> str:
    """What to fill in or choose where a required answer is missing."""
    label = question.nouns(language)[1] or question.short(language)
    of_numbers = question.kind == "whole_number" and question.module != EXTRA
    usual = MISSING_NUMBER if of_numbers else MISSING
    return question.missing(language) or usual.say(language, label=label)


def out_of_range(kind: str, way: str, bound: Any, language: str) -> str:
    """How far an answer may go, by the kind of its question; `way` is "below" or "above"."""
    shown = kind if kind in ("date", "year", "whole_number") else "text"
    if shown == "date":
        bound = format_date(date.fromisoformat(bound), "d MMMM yyyy", locale=language)
    return RANGES[shown, way].say(language, limit=bound)


def unreadable(check: str, question: Question, language: str) -> str:
    """What to do about an answer that cannot be read."""
    return UNREADABLE[check].say(language, label=question.short(language))


def in_summary(fired: FiredCheck, asked: Questionnaire, language: str) -> str:
    """The same among other things to put right, where the sentence must name its field."""
    text = say(fired, asked, language)
    nameless = fired.rule == "out_of_range" or fired.kind == "balance"
    field = str(fired.parameters.get("of") or fired.fields[0])
    return _named(asked[field], text, language) if nameless else text


def unreadable_in_summary(check: str, question: Question, language: str) -> str:
    """What to do about an answer that cannot be read, with the name of its field."""
    text = unreadable(check, question, language)
    names_it = check in ("org_number", "personal_number")
    return text if names_it else _named(question, text, language)


def _named(question: Question, text: str, language: str) -> str:
    name = question.short(language)
    return f"{name[:1].upper()}{name[1:]}: {text}"
