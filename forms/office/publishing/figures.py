"""Figures by name: which of them a release hides and why, and which are rather kept open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from forms.office import as_file, blueprint, go_to
from forms.office.data_table import (
    Column,
    Listing,
    Table,
    alphabetical,
    among,
    coded,
    file_only,
    number,
    search,
)
from forms.office.typed_fields import Choice
from forms.translations import language
from forms.web.request_context import actor, survey_db
from survey_data.disclosure.editions import Spot
from survey_data.errors import NotProtected
from survey_data.geography import COUNTY, NAMES
from survey_data.protection import protect_year
from survey_data.protection.protect_year import Protected
from survey_data.protection.protection_report import HiddenFigure, Report, known_spots, report
from survey_data.publishing import release_preview
from survey_data.publishing.release_preview import ReleasePreview
from survey_data.statistics import population
from survey_data.statistics.indicators import ASKED, BY_NAME, Indicator

ORDER = {name: place for place, name in enumerate(BY_NAME)}
LEVELS = ("county", "province", "municipality")
Area = tuple[str, str]


def area_names() -> dict[Area, str]:
    """What areas are called."""
    return {**NAMES, COUNTY.key: _("Länet")}


def figure_words(spot: Spot, names: Mapping[Area, str]) -> str:
    """A figure by its indicator and area: "Anställda, Bollnäs"."""
    return f"{indicator_words(spot[2])}, {names[spot[0], spot[1]]}"


def standing(plan: Protected) -> str:
    """The figures that would stand as in an earlier release, each with that one's number."""
    names = area_names()
    found = ((f.spot, plan.repeated.get(f.spot)) for f in plan.figures if f.value is None)
    return "; ".join(f"{figure_words(spot, names)} ({earlier.release_id})"
                     for spot, earlier in found if earlier)  # fmt: skip


def indicator_words(name: str) -> str:
    """An indicator's label in the reader's language."""
    label: str = BY_NAME[name].label_en if language() == "en" else BY_NAME[name].label_sv
    return label


def not_protected_words(fault: NotProtected) -> str:
    """Which figure cannot be protected, and why."""
    spot = (*map(str, fault.cell), "", "", "")[:3]
    names = area_names()
    if spot[:2] not in names:
        return f"{spot[2]}: {fault.because(language())}" if spot[2] else fault.because(language())
    return f"{figure_words((spot[0], spot[1], spot[2]), names)}: {fault.because(language())}"


def rule_words() -> dict[str, str]:
    """Why a figure is hidden."""
    return {
        "few": _("För få företag bidrar"),
        "small": _("Litet tal i ett litet område"),
        "others": _("För att andra inte ska gå att räkna fram"),
        "change": _("För få företag står bakom ändringen sedan förra utgåvan"),
    }


def preference_words() -> dict[float, str]:
    """How much a figure can weigh when others are hidden."""
    return {
        protect_year.USUAL: _("Som vanligt"),
        protect_year.RATHER: _("Hellre"),
        protect_year.ALMOST_ALWAYS: _("Om det alls går"),
    }


def _figures() -> dict[str, str]:
    names = area_names()
    return {
        "/".join(spot): figure_words(spot, names)
        for spot in known_spots(population.county(survey_db()))
    }


class PreferenceForm(FlaskForm):  # type: ignore[misc]
    """Which figure, and how much it weighs."""

    figure = Choice(_figures, _l("Välj en siffra."), _l("Välj siffra"))
    factor = Choice(
        lambda: {f"{factor:g}": words for factor, words in preference_words().items()},
        _l("Välj hur gärna den ska vara öppen."),
    )


@blueprint.route("/publicering/skydd", methods=["GET", "POST"])
def show_protection() -> str | Response:
    """Every figure that the next release would hide and why; a wish about one is kept."""
    form = PreferenceForm()
    if form.validate_on_submit():
        area_type, code, indicator = form.figure.data.split("/")
        protect_year.set_cost_factor(
            survey_db(), (area_type, code, indicator), float(form.factor.data), actor()
        )
        return go_to("show_protection", _("Sparat. Så här blir nästa utgåva."))
    return _page(form)


def _page(form: PreferenceForm) -> str:
    try:
        found, refusal = reports(), ""
    except NotProtected as fault:
        found, refusal = [], not_protected_words(fault)
    return render_template(
        "office/publishing/hidden_figures.html",
        form=form,
        reports=found,
        listing=hidden_list(found),
        refusal=refusal,
        wished=protect_year.cost_factors(survey_db()),
        names=area_names(),
        preference_words=preference_words(),
        rule_words=rule_words(),
        figure_words=figure_words,
        standing=standing,
    )


@dataclass(frozen=True)
class HiddenFigureRow:
    """A hidden figure of a year, with its names."""

    year: int
    figure: HiddenFigure
    area: str
    indicator: str
    protects: str


def reports() -> list[Report]:
    """Each year that the next release would tell of; raises NotProtected."""
    db = survey_db()
    county = population.county(db)
    return [report(db, each.protected, county) for each in release_preview.previews(db)]


@as_file("skydd")
def hidden_list(found: Iterable[Report] | None = None) -> Listing[HiddenFigureRow]:
    """Every hidden figure, as the address asks for it; raises NotProtected."""
    rows, why, wished = (
        _rows(reports() if found is None else found),
        rule_words(),
        preference_words(),
    )
    areas = sorted({row.area for row in rows}, key=alphabetical)
    table: Table[HiddenFigureRow] = Table(
        "skydd", "office.show_protection",
        [
            Column("area", _("Område"), _place, lambda n: n.area),
            Column("indicator", _("Mått"), lambda n: ORDER[n.figure.spot[2]], lambda n: n.indicator,
                   look="plain"),
            number("year", _("År"), lambda n: n.year, largest_first=False),
            number("value", _("Värde"), lambda n: n.figure.value),
            coded("why", _("Varför"), lambda n: n.figure.rule, why, look="plain"),
            Column("reader", _("En läsare kan veta"),
                   lambda n: _width(n.figure.low, n.figure.high),
                   shown=lambda n: _between(n.figure.low, n.figure.high), look="number nowrap"),
            Column("inside", _("Ett företag kan veta"),
                   lambda n: _width(n.figure.inside_low, n.figure.inside_high),
                   shown=lambda n: _between(n.figure.inside_low, n.figure.inside_high),
                   look="number nowrap"),
            file_only("low", _("Minst"), lambda n: n.figure.low),
            file_only("high", _("Högst"), lambda n: n.figure.high),
            file_only("inside_low", _("Ett företag: minst"), lambda n: n.figure.inside_low),
            file_only("inside_high", _("Ett företag: högst"), lambda n: n.figure.inside_high),
            file_only("protects", _("Skyddar"), lambda n: n.protects),
            file_only("wished", _("Behålls"), lambda n: wished[n.figure.factor]),
            file_only("stands_in", _("Står som i utgåva"), lambda n: n.figure.stands_in),
        ],
        [
            search(lambda n: [n.area, n.indicator]),
            among("omrade", _("Område"), lambda n: n.area, {area: area for area in areas}),
            among("skal", _("Varför"), lambda n: n.figure.rule, why),
        ],
        "area", "asf-skydd", page_size=60,
    )  # fmt: skip
    return table.of(rows)


def _rows(found: Iterable[Report]) -> list[HiddenFigureRow]:
    names = area_names()
    return [
        HiddenFigureRow(
            each.plan.year, f, names[f.spot[:2]], indicator_words(f.spot[2]),
            "; ".join(figure_words(s, names) for s in f.protects),
        )
        for each in found
        for f in each.hidden
    ]  # fmt: skip


def _place(row: HiddenFigureRow) -> tuple[int, str, int]:
    """Larger areas first, each by name, their indicators as they are published."""
    level, _code, indicator = row.figure.spot
    return LEVELS.index(level), alphabetical(row.area), ORDER[indicator]


def _width(low: int, high: int | None) -> int | None:
    """How uncertain a figure stays; None where nothing sets a limit."""
    return None if high is None else high - low


def _between(low: int, high: int | None) -> str:
    return _("minst %(n)s", n=low) if high is None else f"{low}–{high}"


def hidden_in(found: ReleasePreview) -> dict[str, list[str]]:
    """The indicators that are hidden in each area."""
    names, hidden = area_names(), dict[str, list[str]]()
    for figure in found.figures:
        if figure.value is None:
            area = names[figure.area_type, figure.area_code]
            hidden.setdefault(area, []).append(indicator_words(figure.indicator))
    return hidden


def totals(found: ReleasePreview) -> list[tuple[str, int, int]]:
    """The county's totals by name, of those who answered, and with the estimates."""
    inside = [e for e in found.enterprises if e.in_scope]
    return [
        (
            indicator_words(indicator.name),
            sum(_amount(e.numbers, indicator) for e in inside if not e.is_estimated),
            sum(_amount(e.numbers, indicator) for e in inside),
        )
        for indicator in ASKED
    ]


def _amount(numbers: Any, indicator: Indicator) -> int:
    return sum((numbers or {}).get(question) or 0 for question in indicator.questions)
