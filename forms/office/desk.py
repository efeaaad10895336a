"""The desk: everything about the round on one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import format_percent, ngettext
from flask_babel import gettext as _

from forms.office import blueprint
from forms.store import for_role, survey_db
from survey_data import audit, clock, dispatch, outbox, progress, rounds
from survey_data.progress import Standing
from survey_data.rounds import Round

PAGE_SIZE = 40
CALL_FIRST = 4

SORTS = {
    "name": lambda s: s.name.casefold(),
    "municipality": lambda s: (s.municipality, s.name.casefold()),
    "employees": lambda s: -(s.employees_before or 0),
    "latest": lambda s: "".join(chr(0x10FFFF - ord(c)) for c in s.last_happened or ""),
}


def state_words() -> dict[str, tuple[str, str]]:
    """Each state's chip and word."""
    return {
        "not_invited": ("not_opened", _("Inte inbjuden")),
        "invited": ("not_opened", _("Inte öppnad")),
        "mail_failed": ("bounced", _("Mejlet kom inte fram")),
        "opened": ("started", _("Öppnad")),
        "started": ("started", _("Påbörjad")),
        "handed_in": ("done", _("Inlämnad")),
    }


def counted(state: str, count: int) -> str:
    """How many enterprises are in a state, as a chip says it."""
    words = {
        "not_invited": ngettext("%(num)s inte inbjuden", "%(num)s inte inbjudna", count),
        "invited": ngettext("%(num)s inte öppnad", "%(num)s inte öppnade", count),
        "mail_failed": ngettext("%(num)s mejl kom inte fram", "%(num)s mejl kom inte fram", count),
        "opened": ngettext("%(num)s öppnad", "%(num)s öppnade", count),
        "started": ngettext("%(num)s påbörjad", "%(num)s påbörjade", count),
        "handed_in": ngettext("%(num)s inlämnad", "%(num)s inlämnade", count),
    }
    return str(words[state])


def call_heading(count: int, now: int | None, then: int | None) -> str:
    """Why to call: what it does to the weighted response rate."""
    who = {
        1: _("Ring detta företag"),
        2: _("Ring dessa två"),
        3: _("Ring dessa tre"),
        4: _("Ring dessa fyra"),
    }
    return f"{who.get(count, '')}: {now} → {format_percent((then or 0) / 100)}"


@dataclass(frozen=True)
class Choice:
    """What the coordinator has chosen to see; it all stands in the address."""

    search: str
    state: str
    municipality: str
    sort: str
    page: int

    @classmethod
    def from_address(cls) -> Choice:
        """The choice that the address holds; anything unknown means everything."""
        asked = request.args
        return cls(
            asked.get("sok", "").strip(),
            asked.get("status", ""),
            asked.get("kommun", ""),
            asked.get("sortera", "name") if asked.get("sortera") in SORTS else "name",
            max(1, asked.get("sida", 1, type=int)),
        )

    def of(self, everyone: Sequence[Standing]) -> list[Standing]:
        """The enterprises that match, sorted."""
        found = [
            s
            for s in everyone
            if self.search.casefold() in s.name.casefold()
            and self.state in ("", s.state)
            and self.municipality in ("", s.municipality)
        ]
        return sorted(found, key=SORTS[self.sort])


@blueprint.get("/")
@for_role("coordinator")
def desk() -> str:
    """The open round, or the latest one, or the way to the first."""
    db = survey_db()
    held = rounds.current(db) or rounds.latest(db)
    if held is None:
        return render_template("office/no_round.html")
    everyone = progress.standings(db, held)
    return render_template("office/desk.html", **_round_facts(held, everyone), **_table(everyone))


def _round_facts(held: Round, everyone: list[Standing]) -> dict[str, Any]:
    db = survey_db()
    rates = progress.rates(everyone)
    calls = to_call(everyone) if held.is_open else []
    return {
        "round": held,
        "rates": rates,
        "calls": calls,
        "call_heading": call_heading(len(calls), rates.weighted, after_calls(everyone, calls)),
        "counted": counted,
        "first_mail": min((s.mailed_at for s in everyone if s.mailed_at), default=None),
        "counts": Counter(s.state for s in everyone),
        "states": state_words(),
        "days_left": (held.due_date - clock.today()).days,
        "to_remind": len(dispatch.to_remind(db, held)),
        "mail_counts": outbox.counts(db),
        "events": [_event(line) for line in audit.latest(db, 6)],
        "today": clock.today(),
        "local": clock.local,
    }


def to_call(everyone: Sequence[Standing]) -> list[Standing]:
    """Whom to telephone first: those whose answer would add most to the weighted rate."""
    missing = [s for s in everyone if not s.has_answered and s.employees_before]
    return sorted(missing, key=lambda s: (-(s.employees_before or 0), s.name))[:CALL_FIRST]


def after_calls(everyone: list[Standing], calls: Sequence[Standing]) -> int | None:
    """The weighted response rate, per cent, if everyone called hands in."""
    rates = progress.rates(everyone)
    if not rates.employees_asked:
        return None
    added = sum(s.employees_before or 0 for s in calls)
    return round(100 * (rates.employees_answered + added) / rates.employees_asked)


def _table(everyone: list[Standing]) -> dict[str, Any]:
    choice = Choice.from_address()
    found = choice.of(everyone)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(choice.page, pages)
    return {
        "choice": choice,
        "found": found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        "found_count": len(found),
        "first_shown": (page - 1) * PAGE_SIZE + 1,
        "page": page,
        "pages": pages,
        "municipalities": sorted({s.municipality for s in everyone}),
    }


def _event(line: dict[str, Any]) -> tuple[Any, str]:
    words = {
        "round opened": _("Omgången öppnades"),
        "round closed": _("Omgången stängdes"),
        "invitations queued": _("Inbjudningar lades i utkorgen"),
        "reminders queued": _("Påminnelser lades i utkorgen"),
        "enterprise added": _("Ett företag lades till"),
        "enterprise changed": _("Ett företag ändrades"),
        "published": _("En utgåva publicerades"),
        "staff added": _("En medarbetare lades till"),
        "staff removed": _("En medarbetare togs bort"),
        "signed in": _("En medarbetare loggade in"),
        "mail sent again": _("Ett mejl skickades igen"),
    }
    return clock.local(line["at"]), words.get(line["action"], line["action"])
