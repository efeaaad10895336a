"""What areas, indicators and figures are called, and why one is hidden or cannot be."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from forms.translations import language
from survey_data.disclosure.editions import Spot
from survey_data.errors import NotProtected
from survey_data.geography import COUNTY, NAMES
from survey_data.protection import suppression_costs
from survey_data.protection.protect_year import Protected
from survey_data.statistics.indicators import BY_NAME

Area = tuple[str, str]


def area_names() -> dict[Area, str]:
    """What areas are called."""
    return {**NAMES, COUNTY.key: _("Länet")}


def figure_words(spot: Spot, names: Mapping[Area, str]) -> str:
    """A figure by its indicator and area: "Anställda, Bollnäs"."""
    return f"{indicator_words(spot[2])}, {names[spot[0], spot[1]]}"


def taken_back(plan: Protected) -> str:
    """The figures that were open in the last release and would be hidden in the next."""
    names = area_names()
    return "; ".join(figure_words(figure.spot, names) for figure in plan.taken_back)


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
        suppression_costs.USUAL: _("Som vanligt"),
        suppression_costs.RATHER: _("Hellre"),
        suppression_costs.ALMOST_ALWAYS: _("Om det alls går"),
    }
