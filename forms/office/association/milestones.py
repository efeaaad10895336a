"""Milestones at the office: what municipalities decided, and what marks the charts."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField

from forms.office import as_file, blueprint
from forms.office.association import series
from forms.office.association.labels import WHOLE_COUNTY, SeriesWords, milestone_words, party_words
from forms.office.data_table import Listing, Table, among, coded, file_only, number, search, text
from forms.office.register.labels import towns
from forms.office.typed_fields import Choice, ShortText
from forms.translations import language
from forms.web.request_context import survey_db
from survey_data import clock
from survey_data.association import entries, milestones
from survey_data.association.milestones import FIRST_YEAR, LONGEST, LONGEST_MARK, PARTIES, Milestone

LONGEST_PERIOD = 60


def _whose() -> dict[str, list[tuple[str, str]]]:
    return {
        "": [("", _("Ingen särskild kommun eller part"))],
        _("Kommuner"): list(towns().items()),
        _("Andra parter"): list(party_words().items()),
    }


class MilestoneForm(series.EntryForm):
    """One thing that happened."""

    kind = Choice(milestone_words, _l("Välj vad det var för slags händelse."))
    municipality_code = SelectField(choices=_whose)
    year = series.CountField(_l("Skriv vilket år det hände."))
    period = ShortText(LONGEST_PERIOD)
    label_sv = ShortText(LONGEST, _l("Skriv vad som hände, på svenska."))
    label_en = ShortText(
        LONGEST, _l("Skriv samma sak på engelska: öppna data och rapporten har båda.")
    )
    reference = ShortText(LONGEST, _l("Skriv var det står, till exempel protokoll och paragraf."))
    mark_sv = ShortText(LONGEST_MARK)
    mark_en = ShortText(LONGEST_MARK)
    store = milestones
    kinds = staticmethod(milestone_words)
    entry_kind, series_name = "milestone", "milestones"
    page, template = "show_milestones", "milestone"
    saved = _l("Händelsen är sparad och går ut med nästa utgåva.")
    removed = _l("Händelsen är borttagen och försvinner ur rapporten med nästa utgåva.")

    def entry(self, entry_id: int) -> Milestone:
        """What was typed."""
        texts = {
            name: self[name].data
            for name in ("period", "label_sv", "label_en", "reference", "mark_sv", "mark_en")
        }
        whose = self.municipality_code.data
        return Milestone(
            year=self.year.number,
            municipality_code=None if whose in PARTIES else whose or None,
            party=whose if whose in PARTIES else "",
            kind=self.kind.data,
            id=entry_id,
            **texts,
        )

    @classmethod
    def fields_of(cls, known: Milestone) -> dict[str, Any]:
        """What the fields hold of a milestone that is known."""
        whose = known.municipality_code or known.party
        return vars(known) | {"municipality_code": whose, "year": str(known.year)}

    def fault_words(self) -> dict[tuple[str, str], str]:
        """What is said of each fault."""
        both = _("Skriv märket på båda språken, eller på inget.")
        return {
            ("year", "no such year"): _(
                "Skriv ett år från %(first)s till %(last)s.",
                first=FIRST_YEAR,
                last=clock.today().year,
            ),
            ("municipality_code", "whose step"): _("Välj vilken kommun eller part som tog steget."),
            ("mark_sv", "both languages"): both,
            ("mark_en", "both languages"): both,
            ("mark_sv", "not of the outside world"): _(
                "Bara händelser i omvärlden märks ut i diagrammen. Lämna fältet tomt."
            ),
        }


@blueprint.get("/serier/handelser")
def show_milestones() -> str:
    """Every milestone, the printed ones too."""
    db = survey_db()
    return render_template(
        "office/association/milestones.html",
        listing=milestone_list(),
        latest=entries.latest(db, "milestone"),
        words=SeriesWords(db, milestone_words()),
    )


@blueprint.route("/serier/handelser/ny", methods=["GET", "POST"], endpoint="add_milestone")
@blueprint.route("/serier/handelser/<int:milestone_id>", methods=["GET", "POST"])
def change_milestone(milestone_id: int = 0) -> str | Response:
    """Add something that happened, or change what is said of it, and why."""
    return series.edit_entry(MilestoneForm, milestone_id)


@blueprint.post("/serier/handelser/<int:milestone_id>/ta-bort")
def remove_milestone(milestone_id: int) -> str | Response:
    """Remove something that happened, and why."""
    return series.remove_entry(MilestoneForm, milestone_id)


@as_file("handelser")
def milestone_list() -> Listing[Milestone]:
    """Every milestone, the printed ones too, as the address asks for it."""
    names, kinds, spoken = towns() | party_words(), milestone_words(), language()
    found = [*milestones.everyone(survey_db()), *_printed()]

    def label(each: Milestone) -> str:
        return each.label_en if spoken == "en" else each.label_sv

    def whose(each: Milestone) -> str:
        return each.municipality_code or each.party or WHOLE_COUNTY

    def town(each: Milestone) -> str:
        return names.get(whose(each), "")

    table: Table[Milestone] = Table(
        "handelser", "office.show_milestones",
        [
            text("label", _("Händelse"), label),
            number("year", _("År"), lambda f: f.year, look="plain nowrap"),
            file_only("period", _("När på året"), lambda f: f.period),
            text("town", _("Kommun eller part"), town),
            coded("kind", _("Slag"), lambda f: f.kind, kinds, look="plain"),
            text("mark", _("Märke i diagrammen"),
                 lambda f: f.mark_en if spoken == "en" else f.mark_sv),
            text("reference", _("Var det står"), lambda f: f.reference, sorts=False,
                 look="plain own-line"),
        ],
        [
            search(lambda f: [label(f), town(f), f.reference]),
            among("ar", _("År"), lambda f: str(f.year), series.in_years(f.year for f in found)),
            among("slag", _("Slag"), lambda f: f.kind, kinds),
            among("kommun", _("Kommun eller part"), whose,
                  {WHOLE_COUNTY: _("Ingen särskild kommun eller part")} | names),
            series.by_origin(),
        ],
        "year", "asf-handelser",
    )  # fmt: skip
    return table.of(found)


def _printed() -> list[Milestone]:
    report = _("Slutrapporten 2016–2020")
    return [
        Milestone(int(row["year"]), row["period"], row["municipality_code"] or None, row["type"],
                  row["label_sv"], row["label_en"], report, row["mark_sv"], row["mark_en"])
        for row in milestones.printed()
    ]  # fmt: skip
