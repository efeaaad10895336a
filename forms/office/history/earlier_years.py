"""Earlier years at the office: what there is of each, where the gaps are, and how to fill them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.register.labels import RegisterWords
from forms.translations import language
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.history import imported_rounds, printed_series, stated_totals
from survey_data.history.errors import EarlierReleased
from survey_data.history.imported_rounds import Imported
from survey_data.history.printed_years import inventory_years
from survey_data.review import review
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round


@dataclass(frozen=True)
class YearState:
    """What there is of one year: printed with the product, stated since, a round, or nothing."""

    year: int
    is_printed: bool
    is_stated: bool
    survey_round: Round | None
    imported: Imported | None

    @property
    def is_gap(self) -> bool:
        """Whether there is nothing of it at all."""
        return not (self.is_printed or self.is_stated or self.survey_round)


@blueprint.get("/tidigare")
def show_earlier() -> str:
    """Every year with what there is of it, the newest first."""
    return render_template("office/history/earlier_years.html", years=_years(survey_db()))


def _years(db: Database) -> list[YearState]:
    printed, stated = inventory_years(printed_series.published()), set(stated_totals.years(db))
    rounds_by_year = {each.year: each for each in rounds.all_rounds(db)}
    imported = imported_rounds.imported(db)
    every = printed | stated | rounds_by_year.keys()
    last = max(clock.today().year - 1, *every)
    return [
        YearState(
            year, year in printed, year in stated, rounds_by_year.get(year), imported.get(year)
        )
        for year in range(last, min(every) - 1, -1)
    ]


@blueprint.get("/tidigare/omgang/<int:year>")
def show_imported(year: int) -> str:
    """Where an imported round came from: the file, its columns, its lines and what waits."""
    db = survey_db()
    imported = imported_rounds.imported(db).get(year)
    if imported is None:
        abort(404)
    survey_round, lines = rounds.find(db, year), imported_rounds.lines(db, year)
    questions = {q["name"]: q["label_en" if language() == "en" else "label_sv"]
                 for q in survey_round.questionnaire}  # fmt: skip
    waiting = [line for line in lines if line["response_id"] and not line["decision"]]
    return render_template(
        "office/history/imported_round.html",
        imported=imported, survey_round=survey_round, lines=lines, questions=questions,
        waiting=waiting, words=RegisterWords(db), local=clock.local,
        unquestioned=[line for line in waiting if not line["checks"]],
    )  # fmt: skip


@blueprint.post("/tidigare/omgang/<int:year>/godkann")
def accept_imported(year: int) -> Response:
    """Accept the imported answers that no check has anything to say about."""
    db = survey_db()
    found = [line["response_id"] for line in imported_rounds.lines(db, year) if line["response_id"]]
    if not found:
        abort(404)
    count = review.accept_unquestioned(db, found, actor())
    flash(ngettext("%(num)s svar är godkänt.", "%(num)s svar är godkända.", count))
    return redirect(url_for("office.show_imported", year=year))


@blueprint.post("/tidigare/omgang/<int:year>/angra")
def undo_imported(year: int) -> Response:
    """Take an imported round away with all that came with it, as long as no release has it."""
    db = survey_db()
    if year not in imported_rounds.imported(db):
        abort(404)
    try:
        imported_rounds.undo(db, year, actor())
    except EarlierReleased:
        flash(_("Omgången %(year)s är med i en utgåva och kan inte ångras. Rätta svaren i"
                " granskningen i stället.", year=year))  # fmt: skip
    else:
        flash(_("Inläsningen av %(year)s är ångrad. Inget av den är kvar.", year=year))
    return redirect(url_for("office.show_earlier"))
