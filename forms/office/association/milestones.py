"""Milestones at the office: what municipalities decided, and what marks the charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from forms.office import blueprint
from forms.office.association.labels import WHOLE_COUNTY, SeriesWords, milestone_words, party_words
from forms.office.association.series import (
    CountField,
    EntryForm,
    by_origin,
    edit_entry,
    in_years,
    longest,
    remove_entry,
    tidy,
    towns,
)
from forms.office.data_table import Listing, Table, among, coded, file_only, number, search, text
from forms.office.table_downloads import as_file
from forms.office.typed_fields import Written, no_personal_number
from forms.translations import language
from forms.web.request_context import survey_db
from survey_data import clock
from survey_data.association import entries, milestones
from survey_data.association.milestones import FIRST_YEAR, LONGEST, LONGEST_MARK, PARTIES, Milestone

LONGEST_PERIOD = 60


class MilestoneForm(EntryForm):
    """One thing that happened."""

    kind = SelectField()
    municipality_code = SelectField()
    year = CountField()
    period = StringField()
    label_sv = StringField()
    label_en = StringField()
    reference = StringField()
    mark_sv = StringField()
    mark_en = StringField()
    store = milestones
    entry_kind, series = "milestone", "milestones"
    endpoint, template = "office.show_milestones", "milestone"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [("", _("Välj")), *milestone_words().items()]
        self.municipality_code.choices = {
            "": [("", _("Ingen särskild kommun eller part"))],
            _("Kommuner"): list(towns().items()),
            _("Andra parter"): list(party_words().items()),
        }
        self.kind.validators = [InputRequired(_("Välj vad det var för slags händelse."))]
        self.year.if_empty = _("Skriv vilket år det hände.")
        needed = {
            "label_sv": _("Skriv vad som hände, på svenska."),
            "label_en": _("Skriv samma sak på engelska: öppna data och rapporten har båda."),
            "reference": _("Skriv var det står, till exempel protokoll och paragraf."),
        }
        for name, words in needed.items():
            self[name].validators = [Written(words), longest(LONGEST), no_personal_number]
        self.period.validators = [longest(LONGEST_PERIOD), no_personal_number]
        for field in (self.mark_sv, self.mark_en):
            field.validators = [longest(LONGEST_MARK), no_personal_number]

    def entry(self, entry_id: int) -> Milestone:
        """What was typed."""
        texts = {
            name: tidy(self[name].data)
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

    def words(self) -> dict[str, str]:
        """What is said of one that is saved or removed."""
        return {
            "saved": _("Händelsen är sparad och går ut med nästa utgåva."),
            "removed": _("Händelsen är borttagen och försvinner ur rapporten med nästa utgåva."),
        }

    def facts(self, known: Milestone | None) -> dict[str, Any]:
        """The words of its kinds."""
        return {"kinds": milestone_words()}


@blueprint.get("/serier/handelser")
def show_milestones() -> str:
    """Every milestone, the printed ones too."""
    db = survey_db()
    return render_template(
        "office/association/milestones.html",
        listing=milestone_list(),
        latest=entries.latest(db, "milestone"),
        words=SeriesWords(db, milestone_words()),
        local=clock.local,
    )


@blueprint.route("/serier/handelser/ny", methods=["GET", "POST"])
def add_milestone() -> str | Response:
    """Add something that happened."""
    return edit_entry(MilestoneForm)


@blueprint.route("/serier/handelser/<int:milestone_id>", methods=["GET", "POST"])
def change_milestone(milestone_id: int) -> str | Response:
    """Change what is said of something that happened, and why."""
    return edit_entry(MilestoneForm, milestone_id)


@blueprint.post("/serier/handelser/<int:milestone_id>/ta-bort")
def remove_milestone(milestone_id: int) -> str | Response:
    """Remove something that happened, and why."""
    return remove_entry(MilestoneForm, milestone_id)


@dataclass(frozen=True)
class MilestoneRow:
    """One thing that happened, in the reader's language."""

    label: str
    year: int
    period: str
    code: str
    town: str
    kind: str
    reference: str
    mark: str
    id: int = 0

    @property
    def is_locked(self) -> bool:
        """Whether it is printed and stays as it is."""
        return not self.id


@as_file("handelser")
def milestone_list() -> Listing[MilestoneRow]:
    """Every milestone, the printed ones too, as the address asks for it."""
    names, kinds = towns() | party_words(), milestone_words()
    found = [vars(each) for each in milestones.everyone(survey_db())]
    report = _("Slutrapporten 2016–2020")
    found += [row | {"kind": row["type"], "reference": report} for row in milestones.printed()]
    rows = [_row(each, names, "en" if language() == "en" else "sv") for each in found]
    table: Table[MilestoneRow] = Table(
        "handelser", "office.show_milestones",
        [
            text("label", _("Händelse"), lambda f: f.label),
            number("year", _("År"), lambda f: f.year, look="plain nowrap"),
            file_only("period", _("När på året"), lambda f: f.period),
            text("town", _("Kommun eller part"), lambda f: f.town),
            coded("kind", _("Slag"), lambda f: f.kind, kinds, look="plain"),
            text("mark", _("Märke i diagrammen"), lambda f: f.mark),
            text("reference", _("Var det står"), lambda f: f.reference, sorts=False,
                 look="plain own-line"),
        ],
        [
            search(lambda f: [f.label, f.town, f.reference]),
            among("ar", _("År"), lambda f: str(f.year), in_years(row.year for row in rows)),
            among("slag", _("Slag"), lambda f: f.kind, kinds),
            among("kommun", _("Kommun eller part"), lambda f: f.code,
                  {WHOLE_COUNTY: _("Ingen särskild kommun eller part")} | names),
            by_origin(),
        ],
        "year", "asf-handelser",
    )  # fmt: skip
    return table.of(rows)


def _row(each: dict[str, object], names: dict[str, str], end: str) -> MilestoneRow:
    code = str(each["municipality_code"] or each.get("party") or WHOLE_COUNTY)
    return MilestoneRow(
        label=str(each[f"label_{end}"]),
        year=int(str(each["year"])),
        period=str(each["period"]),
        code=code,
        town=names.get(code, ""),
        kind=str(each["kind"]),
        reference=str(each["reference"]),
        mark=str(each[f"mark_{end}"]),
        id=int(str(each.get("id", 0))),
    )
