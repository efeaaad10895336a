"""An enterprise that ends: closed with a reason, opened again, or made one with another entry."""

from flask import abort, render_template, request
from flask_babel import format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from forms.office import as_file, blueprint, go_to
from forms.office.data_table import (
    Listing,
    Table,
    among,
    buttons,
    coded,
    file_only,
    number,
    search,
    text,
)
from forms.office.register.contacts import known_enterprise
from forms.office.register.labels import RegisterWords, reason_words
from forms.office.typed_fields import Choice, Day, ShortText
from forms.web.guards import asks_again
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.errors import ChangedMeanwhile, ClosedTooEarly
from survey_data.register import enterprises, merging
from survey_data.register.enterprises import Enterprise
from survey_data.register.merging import BothAnswered, PossibleDuplicate


class ClosingForm(FlaskForm):  # type: ignore[misc]
    """Why, since when, and in a sentence."""

    reason = Choice(reason_words, _l("Välj skäl."), _l("Välj skäl"))
    last_day = Day()
    note = ShortText(500, _l("Skriv en mening om varför, för den som läser om ett år."))


@blueprint.route("/foretag/<int:enterprise_id>/avsluta", methods=["GET", "POST"])
def close_enterprise(enterprise_id: int) -> str | Response:
    """Ask why and since when, then close."""
    known = known_enterprise(enterprise_id)
    form = ClosingForm(data={"last_day": clock.today()})
    if form.validate_on_submit():
        reason, last, note = form.reason.data, form.last_day.data, form.note.data
        try:
            enterprises.close(survey_db(), enterprise_id, reason, last, note, actor())
        except ClosedTooEarly:
            form.last_day.errors = [_("Sista dagen kan inte ligga före första dagen.")]
        else:
            said = _("%(name)s är avslutat och får ingen fler inbjudan.", name=known.name)
            return go_to("change_enterprise", said, enterprise_id=enterprise_id)
    return render_template("office/register/closing.html", form=form, enterprise=known)


@blueprint.post("/foretag/<int:enterprise_id>/oppna-igen")
def reopen_enterprise(enterprise_id: int) -> Response:
    """Take an enterprise back among those that are asked."""
    known = known_enterprise(enterprise_id)
    enterprises.reopen(survey_db(), enterprise_id, "", actor())
    said = _("%(name)s är öppet igen och bjuds in till nästa omgång.", name=known.name)
    return go_to("change_enterprise", said, enterprise_id=enterprise_id)


@blueprint.get("/foretag/dubbletter")
def show_duplicates() -> str:
    """Pairs with the same number or similar names, the likeliest first."""
    return render_template(
        "office/register/duplicates.html",
        listing=duplicate_list(),
        words=RegisterWords(survey_db()),
    )


@blueprint.get("/foretag/<int:enterprise_id>/sla-ihop")
def ask_merge(enterprise_id: int) -> str:
    """Choose the other one; then say what would move, and ask."""
    db, known = survey_db(), known_enterprise(enterprise_id)
    other = request.args.get("med", type=int)
    plan = merging.plan(db, enterprise_id, other) if other else None
    if other and plan is None:
        abort(404)
    others = [e for e in enterprises.enterprises(db) if e.id != enterprise_id]
    return render_template(
        "office/register/merging.html",
        enterprise=known,
        plan=plan,
        others=others,
        words=RegisterWords(db),
    )


@blueprint.post("/foretag/<int:enterprise_id>/sla-ihop")
@asks_again
def merge_enterprises(enterprise_id: int) -> Response:
    """Merge as the page said, or say why not."""
    known_enterprise(enterprise_id)
    other = request.form.get("other", 0, type=int)
    try:
        merging.merge(survey_db(), enterprise_id, other, request.form.get("mark", ""), actor())
    except BothAnswered as refusal:
        years = ", ".join(map(str, refusal.years))
        said = _("De slogs inte ihop: båda svarade %(years)s.", years=years)
        return go_to("ask_merge", said, enterprise_id=enterprise_id, med=other)
    except ChangedMeanwhile:
        said = _("Något har ändrats sedan sidan visades. Titta igen innan ni slår ihop.")
        return go_to("ask_merge", said, enterprise_id=enterprise_id)
    return go_to("change_enterprise", _("Företagen är sammanslagna."), enterprise_id=enterprise_id)


@as_file("dubbletter")
def duplicate_list() -> Listing[PossibleDuplicate]:
    """The pairs worth looking at, as the address asks for them."""
    db = survey_db()
    reader, why = RegisterWords(db), {"nummer": _("Samma nummer"), "namn": _("Liknande namn")}

    def town(entry: Enterprise) -> str:
        return reader.value("municipality_code", entry.municipality_code)

    table: Table[PossibleDuplicate] = Table(
        "dubbletter", "office.show_duplicates",
        [
            text("one", _("Ett företag"), lambda p: p.one.full_name),
            file_only("one_number", _("Dess nummer"), lambda p: p.one.org_number),
            file_only("one_town", _("Dess kommun"), lambda p: town(p.one)),
            text("other", _("Det andra"), lambda p: p.other.full_name, look="own-line"),
            file_only("other_number", _("Det andras nummer"), lambda p: p.other.org_number),
            file_only("other_town", _("Det andras kommun"), lambda p: town(p.other)),
            coded("why", _("Varför"), _why, why, ("namn", "nummer"), look="plain"),
            number("likeness", _("Likhet"), lambda p: round(100 * p.likeness),
                           shown=lambda p: format_percent(p.likeness)),
            buttons("act", _("Åtgärd")),
        ],
        [
            search(lambda p: [p.one.full_name, p.one.org_number, p.other.full_name,
                              p.other.org_number], _("Sök på namn eller nummer")),
            among("skal", _("Varför"), _why, why),
        ],
        "-why", "asf-dubbletter",
    )  # fmt: skip
    return table.of(merging.find(enterprises.enterprises(db)))


def _why(pair: PossibleDuplicate) -> str:
    return "nummer" if pair.same_number else "namn"
