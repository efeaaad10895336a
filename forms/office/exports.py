"""The desk's tables as files: what is chosen and sorted on the page is what the file holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from flask import Response, abort, request
from flask_babel import gettext as _

from forms.office import blueprint
from forms.office.calls import callers, outcome_words
from forms.office.desk_table import Choice
from forms.office.mails import kind_words, mail_state_words
from forms.office.state import state_words
from forms.store import for_role, survey_db
from survey_data import calls, clock, outbox, progress, register, rounds
from survey_data.register import Contact
from survey_data.rounds import Round
from survey_data.table_files import MEDIA_TYPES, Cell, Format, table_file

EVERY_MAIL = 1_000_000


@blueprint.get("/oversikt.<any(csv, xlsx):suffix>")
@for_role("coordinator")
def export_desk(suffix: str) -> Response:
    """Every enterprise that the desk's table shows as it is filtered, in the same order."""
    held = _held()
    words = state_words()
    columns = (_("Företag"), _("Kommun"), _("Status"), _("Anställda %(year)s", year=held.year - 1),
               _("Anställda %(year)s", year=held.year), _("Placerade %(year)s", year=held.year),
               _("Senast hänt"), _("Antal samtal"), _("Nästa samtal"))  # fmt: skip
    found = Choice.from_address().of(progress.standings(survey_db(), held))
    lines = (
        (s.name, s.municipality, words[s.state][1], s.employees_before, s.employees, s.placed,
         in_sweden(s.last_happened), s.calls, in_sweden(s.try_again_at))
        for s in found
    )  # fmt: skip
    return download(f"asf-{held.year}", columns, lines, suffix)


@blueprint.get("/samtal.<any(csv, xlsx):suffix>")
@for_role("coordinator")
def export_calls(suffix: str) -> Response:
    """The call log of the round, newest first."""
    held, words, who = _held(), outcome_words(), callers()
    names = {s.invitation_id: s.name for s in progress.standings(survey_db(), held)}
    columns = (_("När"), _("Företag"), _("Hur det gick"), _("Ring igen"), _("Anteckning"),
               _("Vem som ringde"))  # fmt: skip
    lines = (
        (in_sweden(c.called_at), names[c.invitation_id], words[c.outcome],
         in_sweden(c.try_again_at), c.note, who.get(c.actor, c.actor))
        for c in calls.of_round(survey_db(), held.id)
    )  # fmt: skip
    return download(f"asf-{held.year}-samtal", columns, lines, suffix)


@blueprint.get("/utskick.<any(csv, xlsx):suffix>")
@for_role("coordinator")
def export_mails(suffix: str) -> Response:
    """Every mail, newest first."""
    kinds, states = kind_words(), mail_state_words()
    columns = (_("Mejl"), _("Till"), _("Läge"), _("Lagt i kö"), _("Skickat"), _("Fel"))
    lines = (
        (kinds.get(m.kind, m.kind), m.recipient, states[m.state][1], in_sweden(m.created_at),
         in_sweden(m.sent_at), m.error or "")
        for m in outbox.newest(survey_db(), EVERY_MAIL)
    )  # fmt: skip
    return download("asf-utskick", columns, lines, suffix)


@blueprint.get("/foretagslista.<any(csv, xlsx):suffix>")
@for_role("coordinator")
def export_register_list(suffix: str) -> Response:
    """The enterprises that the register's page shows as it is searched, with whom to reach."""
    db = survey_db()
    search = request.args.get("sok", "").strip().casefold()
    towns = {m.code: m.name for m in register.municipalities(db)}
    columns = (_("Företag"), _("Enhet"), _("Organisationsnummer"), _("Kommun"),
               _("Verksamt från"), _("Verksamt till"), _("Kontakt"), _("E-post"),
               _("Telefon"))  # fmt: skip
    reached, nobody = register.main_contacts(db), Contact(email="")
    lines = (
        (e.name, e.unit_name, e.org_number, towns[e.municipality_code], e.active_from,
         e.active_to or "", to.name, to.email, to.phone)
        for e in register.enterprises(db)
        for to in [reached.get(e.id, nobody)]
        if search in f"{e.name} {e.unit_name}".casefold()
    )  # fmt: skip
    return download("asf-foretag", columns, lines, suffix)


def _held() -> Round:
    held = rounds.current(survey_db()) or rounds.latest(survey_db())
    if held is None:
        abort(404)
    return held


def in_sweden(moment: str | None) -> str:
    """A stored moment as a spreadsheet reads it, in Swedish time."""
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def download(
    name: str, columns: Sequence[str], lines: Iterable[Sequence[Cell]], suffix: str
) -> Response:
    """A table as a file to keep."""
    content = table_file(columns, lines, cast(Format, suffix))
    named = f"attachment; filename={name}.{suffix}"
    return Response(
        content, content_type=MEDIA_TYPES[suffix], headers={"Content-Disposition": named}
    )
