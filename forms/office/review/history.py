"""What has happened with one answer: mails, hand-ins and every decision, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlite_utils import Database

from forms.office.mail.mails import kind_words
from forms.office.register.labels import RegisterWords
from survey_data import clock
from survey_data.database import rows, scalar
from survey_data.responses import responses
from survey_data.review import decisions as trail


@dataclass(frozen=True)
class Happening:
    """One thing that happened: when, what, by whom, and what was said."""

    at: datetime
    what: str
    who: str = ""
    said: str = ""


def decisions(db: Database, invitation_id: int) -> list[Happening]:
    """Every decision about any version of the answer, newest first, as the trail has it."""
    reader = RegisterWords(db)
    return [_decision(line, reader) for line in trail.trail(db, invitation_id)]


def _decision(line: dict[str, Any], reader: RegisterWords) -> Happening:
    words = {
        "answer accepted": _("Version %(n)s godkänd", n=line["version"]),
        "answer corrected": _("Version %(n)s rättad", n=line["version"]),
        "answer returned": _("Version %(n)s skickad tillbaka", n=line["version"]),
    }
    what = words.get(line["action"], line["action"])
    return Happening(clock.local(line["at"]), what, reader.actor(line["actor"]), line["reason"])


def everything(db: Database, invitation_id: int) -> list[Happening]:
    """Everything that has happened with an invitation, newest first."""
    found = [*_mails(db, invitation_id), *decisions(db, invitation_id)]
    opened = scalar(db, "SELECT opened_at FROM invitation WHERE id = ?", (invitation_id,))
    if opened:
        found.append(Happening(clock.local(opened), _("Formuläret öppnades")))
    for each in responses.versions(db, invitation_id):
        when = clock.local(each.handed_in_at)
        found.append(Happening(when, _("Version %(n)s lämnades in", n=each.version)))
    return sorted(found, key=lambda happening: happening.at, reverse=True)


def _mails(db: Database, invitation_id: int) -> list[Happening]:
    sql = "SELECT kind, sent_at FROM outbox WHERE invitation_id = ? AND state = 'sent'"
    sent = rows(db, sql, (invitation_id,))
    names = kind_words()
    return [
        Happening(
            clock.local(mail["sent_at"]), _("Mejl skickat: %(mail)s", mail=names[mail["kind"]])
        )
        for mail in sent
    ]
