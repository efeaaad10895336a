"""What the release page shows: missing, estimated, hidden, changed, and who approves; its forms."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlite_utils import Database
from wtforms import BooleanField, HiddenField, RadioField

from forms.office import as_file
from forms.office.data_table import Listing, Table, among, coded, moment, search, text
from forms.office.publishing import figures
from forms.office.register.labels import RegisterWords
from forms.office.round.progress import state_words
from forms.office.typed_fields import ShortText
from forms.translations import language
from forms.web.request_context import actor, places, survey_db
from survey_data.association import release_rows
from survey_data.database import scalar
from survey_data.errors import NotProtected
from survey_data.follow_up import progress
from survey_data.history import imported_rounds, printed_years
from survey_data.history.printed_series import SeriesValue, published
from survey_data.publishing import (
    approval_requests,
    proof,
    publish,
    release_preview,
    release_workflow,
)
from survey_data.publishing.release_preview import ReleasePreview
from survey_data.register import enterprises
from survey_data.releases import archive
from survey_data.rounds.rounds import Round
from survey_data.statistics import population

MOST_CHANGES = 40
# Of so many answers and missing ones of all years; of more, it takes seconds.
WORKED_OUT_AT_ONCE = 2_000
Release = dict[str, Any]
LONGEST_NOTE = 500


class EstimateForm(FlaskForm):  # type: ignore[misc]
    """Why some of those who did not answer are estimated; which ones are boxes of their own."""

    estimate_reason = ShortText(LONGEST_NOTE)


class ReleaseForm(FlaskForm):  # type: ignore[misc]
    """Preliminary or final, what is new, and the mark of what was seen."""

    kind = RadioField(
        choices=lambda: [
            ("preliminary", _("Preliminär: siffrorna kan ändras")),
            ("final", _("Slutlig")),
        ],
        validate_choice=False,
    )
    note_sv = ShortText(LONGEST_NOTE)
    note_en = ShortText(LONGEST_NOTE)
    incomplete_is_meant = BooleanField()
    seen = HiddenField()

    def ask_for(self, missing: Iterable[str]) -> None:
        """Ask beside each field for what is missing there."""
        words = {
            "kind": _("Välj preliminär eller slutlig utgåva."),
            "note_sv": _("Skriv vad som är nytt eller rättat. Utgåvan ersätter en tidigare."),
            "note_en": _("Skriv samma sak på engelska."),
            "incomplete_is_meant": _(
                "Alla har inte svarat. Kryssa för att utgåvan ska vara slutlig"
                " ändå, eller välj preliminär."
            ),
        }
        for name in missing:
            self[name].errors = [*self[name].errors, words[name]]


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """Why a release is not approved."""

    decline_reason = ShortText(
        LONGEST_NOTE, _l("Skriv varför, så att den som frågade kan rätta det.")
    )


def facts(*, is_asked_for: bool = False, **filled: Any) -> dict[str, Any]:
    """Everything that the page shows; `filled` are forms with what was typed.

    Of very many enterprises, what a release would say is worked out only where it `is_asked_for`.
    """
    db = survey_db()
    survey_round = next(iter(reversed(release_preview.to_come(db))), None)
    year, number, replaces = release_preview.next_id(db)
    is_slow = int(scalar(db, "SELECT count(*) FROM invitation")) > WORKED_OUT_AT_ONCE
    is_looked_at = is_asked_for or bool(filled) or not is_slow
    return {
        # Those that were not just filled in are empty.
        "release_form": ReleaseForm(formdata=None),
        "estimate_form": EstimateForm(formdata=None),
        "decline_form": DeclineForm(formdata=None),
        **filled,
        **(_of_round(db, survey_round) if survey_round else {"survey_round": None}),
        **(_look(db, survey_round) if is_looked_at else {}),
        **_approval(db),
        "is_looked_at": is_looked_at,
        "withdrawn": {each.release_id for each in archive.withdrawals(db)},
        "next_year": year,
        "next_number": number,
        "replaces": replaces,
        "latest": next(iter(publish.releases(db)), None),
        "listing": release_list(),
        "release_kinds": release_kind_words(),
    }


def _look(db: Database, survey_round: Round | None) -> dict[str, Any]:
    """What a release made now would say and hide, and the mark of all that it reads."""
    # Before all else: what changes while the rest is worked out has then not been seen.
    seen = proof.basis(db)
    newest = _dry_run(db, survey_round) if survey_round else {}
    return {
        **newest,
        **_release(db, newest.get("dry_run")),
        **correction_facts(db),
        "incomplete": release_workflow.incomplete(db),
        "seen": seen,
    }


def correction_facts(db: Database) -> dict[str, Any]:
    """What has been corrected of released years and waits, and whose it is."""
    found = release_preview.waiting(db)
    named = {e.id: e.full_name for e in enterprises.enterprises(db)} if found else {}
    return {"corrections": found, "corrected_names": named}


def _of_round(db: Database, survey_round: Round) -> dict[str, Any]:
    offers, changes = population.offers_and_changes(db, survey_round)
    missing = progress.missing_responses(db, survey_round)
    return {
        "survey_round": survey_round,
        "imported": imported_rounds.imported(db),
        "missing": missing,
        "states": state_words(),
        "offers": offers,
        "can_estimate": [
            s
            for s in missing.missing
            if s.invitation_id in offers and offers[s.invitation_id].numbers is not None
        ],
        "changes": changes,
    }


def _dry_run(db: Database, survey_round: Round) -> dict[str, Any]:
    try:
        found = release_preview.as_it_stands(db, survey_round)
    except NotProtected as fault:
        return {"unprotected": figures.not_protected_words(fault), "hidden": {}, "totals": []}
    return {
        "unprotected": "",
        "hidden": figures.hidden_in(found),
        "dry_run": found,
        "standing": figures.standing(found.protected),
        "totals": figures.totals(found),
    }


def _release(db: Database, known: ReleasePreview | None) -> dict[str, Any]:
    """What a release made now would hold."""
    try:
        found = release_preview.previews(db, *filter(None, [known]))
    except NotProtected:
        return {"next_figures": [], "changed": [], "changed_count": 0, "stated": []}
    printed = printed_years.printed(db)
    changed = release_preview.changed(places().open, found, [*printed, *release_rows.values(db)])
    areas = {code: name for (_type, code), name in figures.area_names().items()}
    lines = [
        (c, areas.get(c.area_code, c.area_code), figures.indicator_words(c.indicator))
        for c in changed
    ]
    return {"next_figures": found, "changed": lines[:MOST_CHANGES],
            "changed_count": len(lines), "stated": _stated(printed)}  # fmt: skip


def _stated(printed: Iterable[SeriesValue]) -> list[int]:
    """The years whose totals come in for the first time; those that ship are no news."""
    found = [value for value in printed if value not in published()]
    return release_preview.new_years(places().open, found)


def _approval(db: Database) -> dict[str, Any]:
    newest = approval_requests.newest(db)
    waiting = newest if newest and newest.state == "waiting" else None
    return {
        "approval_needed": approval_requests.is_required(db),
        "waiting": waiting,
        "newest_request": newest,
        "is_mine": waiting is not None and waiting.requested_by == actor(),
        "people": RegisterWords(db).people,
    }


def release_kind_words() -> dict[str, str]:
    """What each kind of release is called."""
    return {"preliminary": _("Preliminär"), "final": _("Slutlig"), "revised": _("Rättad")}


def note_of(release: Release) -> str:
    """What is new or corrected, in the reader's language where it was written."""
    english = release["note_en"] if language() == "en" else ""
    return str(english or release["note_sv"])


@as_file("utgavor")
def release_list() -> Listing[Release]:
    """Every release, as the address asks for it."""
    kinds = release_kind_words() | {"withdrawn": _("Indragen")}
    table: Table[Release] = Table(
        "utgavor", "office.show_releases",
        [
            text("id", _("Utgåva"), lambda r: r["id"]),
            coded("kind", _("Slag"), lambda r: r["kind"], kinds),
            moment("when", _("Publicerad"), lambda r: r["published_at"], largest_first=True,
                   pattern="d MMM yyyy HH:mm", look="nowrap"),
            text("note", _("Vad är nytt"), note_of, sorts=False, look="own-line"),
        ],
        [
            search(lambda r: [r["id"], note_of(r)]),
            among("slag", _("Slag"), lambda r: r["kind"], kinds),
        ],
        "when", "asf-utgavor", page_size=20,
    )  # fmt: skip
    return table.of(_with_withdrawn(survey_db()))


def _with_withdrawn(db: Database) -> list[Release]:
    """The releases; of those that are withdrawn, that they are and why."""
    gone = {each.release_id: each for each in archive.withdrawals(db)}
    return [
        each | {"kind": "withdrawn", "note_sv": found.reason_sv, "note_en": found.reason_en}
        if (found := gone.get(each["id"]))
        else each
        for each in publish.releases(db)
    ]
