"""The questions of the round: the core's, locked, and the coordinator's own, with their form."""

import re
from dataclasses import replace
from typing import Literal, cast

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from forms.office import blueprint, go_to
from forms.office.round.planned_form import module_page, whole
from forms.office.typed_fields import tidy
from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.extra_question import (
    KINDS,
    MOST_CHOICES,
    WITH_CHOICES,
    WORDS,
    Typed,
    TypedChoice,
    kind_words,
    typed_of,
)
from forms.questionnaire.inventory import CORE, MODULES, as_dicts
from forms.questionnaire.question import Question
from forms.web.request_context import actor, survey_db
from survey_data.rounds import Entry, extra_questions
from survey_data.rounds.extra_questions import AnswersWouldBeHarmed

FEWEST_ROWS = 4
MORE_ROWS = 3
MOVE = re.compile(r"(up|down)-(\d{1,2})")
WAYS = {"up": -1, "down": 1}


@blueprint.get("/fragor")
def show_questions() -> str:
    """The extra questions of the round with what can be done to each, and the core."""
    db = survey_db()
    plan = extra_questions.plan(db)
    names = [entry["name"] for entry in plan.questions]
    answered = extra_questions.answered(db, names, plan.round.id) if plan.round else set()
    asked = questionnaires.from_dicts(whole(plan))
    return render_template(
        "office/round/extra_questions.html",
        plan=plan,
        extras=[Question.from_dict(entry) for entry in plan.questions],
        removable=set(names) - answered,
        kinds=kind_words(),
        core={module: asked.in_module(module) for module in CORE},
        modules=MODULES,
        chosen=module_page(plan),
        earlier=extra_questions.earlier(db),
    )


@blueprint.route("/fragor/ny", methods=["GET", "POST"])
def add_question() -> str | Response:
    """Write a new question."""
    kind = request.args.get("typ", "")
    if request.method != "POST":
        return _form(Typed(kind if kind in KINDS else "whole_number"))
    typed = typed_now().restored(())
    if goes_on():
        return _form(after_move(typed), more="more" in request.form)
    faults = typed.faults() or _name_faults(typed.column)
    if faults:
        return _form(typed, faults)
    name = typed.column or extra_questions.new_name(survey_db(), typed.label_en or typed.label_sv)
    extra_questions.add(survey_db(), typed.question(name).to_dict(), actor())
    return go_to("show_questions", _("Frågan är tillagd. Dess kolumn heter %(name)s.", name=name))


@blueprint.route("/fragor/<name>", methods=["GET", "POST"])
def change_question(name: str) -> str | Response:
    """Mend a question; what is answered keeps its kind, its unit and its choices."""
    entry = _find(name)
    if request.method != "POST":
        return _form(typed_of(entry), entry=entry)
    typed = typed_now().restored(entry["choices"])
    if goes_on():
        return _form(after_move(typed), more="more" in request.form, entry=entry)
    typed = replace(typed, column=typed.column or name)
    faults = typed.faults() or _name_faults(typed.column, name) or _changed(typed, entry)
    if faults:
        return _form(typed, faults, entry=entry)
    return go_to("show_questions", _("Frågan är ändrad."))


def _name_faults(wanted: str, own: str = "") -> dict[str, str]:
    core = (entry["name"] for entry in as_dicts(extra_questions.plan(survey_db()).year))
    taken = {*extra_questions.taken_names(survey_db()), *core} - {own, ""}
    words = _("En annan kolumn har redan det namnet. Välj ett annat.")
    return {"column": words} if wanted in taken else {}


def _changed(typed: Typed, entry: Entry) -> dict[str, str]:
    """Change the question, or say beside which field why it cannot be."""
    question = typed.question(typed.column, withdrawn=bool(entry.get("withdrawn")))
    try:
        extra_questions.change(survey_db(), entry["name"], question.to_dict(), actor())
    except AnswersWouldBeHarmed as fault:
        fields = {
            "kind": ("kind", _("Frågan är besvarad, så typen kan inte ändras. Dra in den och lägg"
                               " till en ny.")),
            "unit": ("unit_sv", _("Frågan är besvarad, så enheten kan inte ändras: talen betyder"
                                  " den enheten.")),
            "name": ("column", _("Frågan är besvarad, så kolumnens namn kan inte ändras.")),
            "choices": ("choice_sv_1", _("Frågan är besvarad, så inget svar kan tas bort. Nya går"
                                         " att lägga till.")),
        }  # fmt: skip
        return dict([fields[fault.part]])
    return {}


def _form(
    typed: Typed,
    faults: dict[str, str] | None = None,
    *,
    more: bool = False,
    entry: Entry | None = None,
) -> str:
    db = survey_db()
    return render_template(
        "office/round/question.html",
        plan=extra_questions.plan(db),
        typed=typed,
        faults=faults or {},
        rows=rows_to_show(typed, more=more) if typed.kind in WITH_CHOICES else [],
        kinds=kind_words(),
        moved=moved(),
        name=entry["name"] if entry else "",
        is_answered=bool(entry and extra_questions.answered(db, [entry["name"]])),
    )


def _find(name: str) -> Entry:
    return extra_questions.plan(survey_db()).find(name)


def typed_now() -> Typed:
    """What was sent, with white space as a person means it."""
    sv, en, codes = (request.form.getlist(f"choice_{part}") for part in ("sv", "en", "code"))
    rows = zip(codes, sv, en, strict=False)
    return Typed(
        request.form.get("kind", ""),
        **{name: tidy(request.form.get(name, "")) for name in WORDS},
        required=request.form.get("required") == "yes",
        choices=tuple(TypedChoice(code, tidy(s), tidy(e)) for code, s, e in rows),
        column=tidy(request.form.get("column", "")),
    )


def moved() -> tuple[str, int] | None:
    """Which way a button moves a choice, and the row it then stands on; None for other buttons."""
    asked = MOVE.fullmatch(request.form.get("move", ""))
    return (asked[1], int(asked[2]) + WAYS[asked[1]]) if asked else None


def after_move(typed: Typed) -> Typed:
    """What was sent, with the choice that a button moves in its neighbour's place."""
    move, order = moved(), list(typed.choices)
    if move is None:
        return typed
    way, to = move
    old = to - WAYS[way]
    if 1 <= to <= len(order) and 1 <= old <= len(order):
        order[old - 1], order[to - 1] = order[to - 1], order[old - 1]
    return replace(typed, choices=tuple(order))


def goes_on() -> bool:
    """Whether the button pressed changes the form only, and saves nothing."""
    return not {"more", "kind_only", "move"}.isdisjoint(request.form)


def rows_to_show(typed: Typed, *, more: bool = False) -> list[TypedChoice]:
    """The choices with empty rows after them to write in."""
    blank = TypedChoice("", "", "")
    wanted = max(FEWEST_ROWS, len(typed.choices) + (MORE_ROWS if more else 0))
    if not more and typed.choices and not typed.choices[-1].is_blank:
        wanted = max(wanted, len(typed.choices) + 1)
    room = min(wanted, MOST_CHOICES) - len(typed.choices)
    return [*typed.choices, *[blank] * max(0, room)]


@blueprint.post("/fragor/<name>/flytta")
def move_question(name: str) -> Response:
    """Let a question change places with its neighbour."""
    _find(name)
    way = request.form.get("way")
    if way not in ("up", "down"):
        abort(400)
    extra_questions.move(survey_db(), name, cast(Literal["up", "down"], way), actor())
    return go_to("show_questions", _anchor=name)


@blueprint.route("/fragor/<name>/ta-bort", methods=["GET", "POST"])
def remove_question(name: str) -> str | Response:
    """Ask once, then take away a question that nobody has answered."""
    entry = _find(name)
    if request.method != "POST":
        question = Question.from_dict(entry)
        return render_template("office/round/remove_question.html", question=question)
    try:
        extra_questions.remove(survey_db(), name, actor())
        said = _("Frågan är borttagen.")
    except AnswersWouldBeHarmed:
        said = _("Någon har svarat på frågan, så den kan inte tas bort. Dra in den i stället.")
    return go_to("show_questions", said)


@blueprint.post("/fragor/<name>/dra-in")
def withdraw_question(name: str) -> Response:
    """Ask a question no more, or ask it again."""
    _find(name)
    withdrawn = request.form.get("withdrawn") == "yes"
    extra_questions.set_withdrawn(survey_db(), name, withdrawn, actor())
    said = (
        _("Frågan är indragen. Den ställs inte längre, och svaren som finns är kvar.")
        if withdrawn
        else _("Frågan ställs igen.")
    )
    return go_to("show_questions", said, _anchor=name)


@blueprint.post("/fragor/tidigare")
def reuse_questions() -> Response:
    """Ask the extra questions of the latest round that had any."""
    count = extra_questions.reuse(survey_db(), actor())
    said = ngettext("%(num)s fråga ställs igen.", "%(num)s frågor ställs igen.", count)
    return go_to("show_questions", said)
