"""What a release hides and why, and which figures the coordinator would rather keep open."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import InputRequired

from forms.office import blueprint
from forms.office.publishing import hidden_figures_table
from forms.office.publishing.figure_labels import (
    area_names,
    figure_words,
    not_protected_words,
    rule_words,
    taken_back,
    wish_words,
)
from forms.web.request_context import actor, survey_db
from survey_data.errors import NotProtected
from survey_data.protection import hiding_preferences
from survey_data.protection.protection_report import known_spots
from survey_data.statistics import population


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
def show_protection() -> str | Response:
    """Every figure that the next release would hide and why; a wish about one is kept."""
    form = WishForm()
    if form.validate_on_submit():
        area_type, code, indicator = form.figure.data.split("/")
        hiding_preferences.wish(
            survey_db(), (area_type, code, indicator), float(form.factor.data), actor()
        )
        flash(_("Sparat. Så här blir nästa utgåva."))
        return redirect(url_for("office.show_protection"))
    return _page(form)


def _page(form: WishForm) -> str:
    try:
        reports, refusal = hidden_figures_table.reports(), ""
    except NotProtected as fault:
        reports, refusal = [], not_protected_words(fault)
    return render_template(
        "office/publishing/hidden_figures.html",
        form=form,
        reports=reports,
        listing=hidden_figures_table.listing(reports),
        refusal=refusal,
        wished=hiding_preferences.factors(survey_db()),
        names=area_names(),
        wish_words=wish_words(),
        rule_words=rule_words(),
        figure_words=figure_words,
        taken_back=taken_back,
    )
