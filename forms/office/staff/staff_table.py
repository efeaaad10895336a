"""Those who may sign in, as a table."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.web.request_context import survey_db
from forms.web.translations import language
from survey_data.staff import staff
from survey_data.staff.roles import labels
from survey_data.staff.staff import Staff


@dataclass(frozen=True)
class Person:
    """One who may sign in, and how many sign-ins are open now."""

    who: Staff
    sessions: int


def listing() -> Listing[Person]:
    """Everyone who may sign in, as the address asks for it."""
    db = survey_db()
    live = staff.live_sessions(db)
    table = Table("personal", "office.show_staff", _columns(), _filters(), "email", "asf-personal")
    return table.of(Person(each, live.get(each.id, 0)) for each in staff.everyone(db))


def _filters() -> list[Filter[Person]]:
    return [
        Filter("sok", _("Sök på e-post"), lambda p, search: holds(search, p.who.email)),
        Filter("roll", _("Roll"), lambda p, role: p.who.role == role, labels(language())),
    ]


def _columns() -> list[Column[Person]]:
    roles = labels(language())
    return [
        Column("email", _("E-post"), lambda p: alphabetical(p.who.email), lambda p: p.who.email),
        Column("role", _("Roll"), lambda p: alphabetical(roles[p.who.role]),
               lambda p: roles[p.who.role]),
        Column("sessions", _("Öppna inloggningar"), lambda p: p.sessions, lambda p: p.sessions,
               largest_first=True, look="number"),
        Column("act", _("Åtgärd"), only_heard=True),
    ]  # fmt: skip
