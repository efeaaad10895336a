"""What a release hides and why, and which figures the coordinator would rather keep open."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import InputRequired

from forms.office import blueprint
from forms.office.exports import download
from forms.store import actor, for_role, survey_db
from forms.words import language
from survey_data import coming, population, register, wishes
from survey_data.disclosure.editions import Spot
from survey_data.errors import NotProtected
from survey_data.indicators import BY_NAME
from survey_data.protection_report import (
    HiddenFigure,
    Report,
    known_spots,
    report,
)
from survey_data.tables import COUNTY_CODE

PROVINCES = {"HALSINGLAND": "Hälsingland", "GASTRIKLAND": "Gästrikland"}


class WishForm(FlaskForm):  # type: ignore[misc]
    """Which figure, and how dear it is."""

    figure = SelectField()
    factor = SelectField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        names = area_names()
        spots = known_spots(population.county(survey_db()))
        figures = [("/".join(spot), figure_words(spot, names)) for spot in spots]
        factors = [(f"{factor:g}", words) for factor, words in wish_words().items()]
        self.figure.choices = [("", _("Välj siffra")), *figures]
        self.factor.choices = [("", _("Välj")), *factors]
        self.figure.validators = [InputRequired(_("Välj en siffra."))]
        self.factor.validators = [InputRequired(_("Välj hur gärna den ska vara öppen."))]


@blueprint.route("/publicering/skydd", methods=["GET", "POST"])
@for_role("coordinator")
def show_protection() -> str | Response:
    """Every figure that the next release would hide and why; a wish about one is kept."""
    form = WishForm()
    if form.validate_on_submit():
        area_type, code, indicator = form.figure.data.split("/")
        wishes.wish(survey_db(), (area_type, code, indicator), float(form.factor.data), actor())
        flash(_("Sparat. Så här blir nästa utgåva."))
        return redirect(url_for("office.show_protection"))
    return _page(form)


@blueprint.get("/publicering/skydd.<any(csv, xlsx):suffix>")
@for_role("coordinator")
def export_protection(suffix: str) -> FlaskResponse:
    """The hidden figures as a table to keep."""
    columns = (_("År"), _("Område"), _("Mått"), _("Värde"), _("Varför den döljs"),
               _("Minst"), _("Högst"), _("Ett företag: minst"), _("Ett företag: högst"),
               _("Skyddar"), _("Behålls"))  # fmt: skip
    names, words = area_names(), wish_words()
    lines = (
        (each.plan.year, names[f.spot[:2]], indicator_words(f.spot[2]), f.value, rule_words(f),
         f.low, f.high, f.inside_low, f.inside_high,
         ", ".join(figure_words(s, names) for s in f.protects), words[f.factor])
        for each in _reports()
        for f in each.hidden
    )  # fmt: skip
    return download("asf-skydd", columns, lines, suffix)


def _page(form: WishForm) -> str:
    names = area_names()
    try:
        reports, refusal = list(_reports()), ""
    except NotProtected as fault:
        reports, refusal = [], refusal_words(fault)
    return render_template(
        "office/protection.html",
        form=form,
        reports=reports,
        refusal=refusal,
        wished=wishes.factors(survey_db()),
        names=names,
        wish_words=wish_words(),
        rule_words=rule_words,
        figure_words=figure_words,
        indicator_words=indicator_words,
    )


def _reports() -> Iterator[Report]:
    db = survey_db()
    county = population.county(db)
    for each in coming.coming_figures(db):
        yield report(db, each.protected, county)


def refusal_words(fault: NotProtected) -> str:
    """Which figure cannot be protected, and why."""
    spot = (*map(str, fault.cell), "", "", "")[:3]
    names = area_names()
    if spot[:2] not in names:
        return f"{spot[2]}: {fault.because(language())}" if spot[2] else fault.because(language())
    return f"{figure_words((spot[0], spot[1], spot[2]), names)}: {fault.because(language())}"


def area_names() -> dict[tuple[str, str], str]:
    """What areas are called."""
    towns = {("municipality", m.code): m.name for m in register.municipalities(survey_db())}
    provinces = {("province", code): name for code, name in PROVINCES.items()}
    return {("county", COUNTY_CODE): _("Länet")} | provinces | towns


def figure_words(spot: Spot, names: dict[tuple[str, str], str]) -> str:
    """ "Anställda, Bollnäs"."""
    return f"{indicator_words(spot[2])}, {names[spot[0], spot[1]]}"


def indicator_words(name: str) -> str:
    """An indicator's label in the reader's language."""
    label: str = BY_NAME[name].label_en if language() == "en" else BY_NAME[name].label_sv
    return label


def rule_words(figure: HiddenFigure) -> str:
    """Why a figure is hidden."""
    words: dict[str, str] = {
        "few": _("För få företag bidrar"),
        "small": _("Litet tal i ett litet område"),
        "others": _("För att andra inte ska gå att räkna fram"),
        "change": _("För få företag står bakom ändringen sedan förra utgåvan"),
    }
    return words[figure.rule]


def wish_words() -> dict[float, str]:
    """How dear a figure can be held."""
    return {
        wishes.USUAL: _("Som vanligt"),
        wishes.RATHER: _("Hellre"),
        wishes.ALMOST_ALWAYS: _("Om det alls går"),
    }
