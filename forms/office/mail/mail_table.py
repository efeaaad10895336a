"""The outbox as a table: every mail, the newest first."""

from __future__ import annotations

from flask_babel import gettext as _

from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.web.request_context import survey_db
from forms.web.translations import language
from survey_data import outbox
from survey_data.mail_kinds import MAIL_KINDS
from survey_data.outbox import Mail
from survey_data.tables_to_files import moment_cell

EVERY_MAIL = 1_000_000


def kind_words() -> dict[str, str]:
    """What each kind of mail is called."""
    return {key: kind.name(language()) for key, kind in MAIL_KINDS.items()}


def mail_state_words() -> dict[str, tuple[str, str]]:
    """Each state of a mail with its chip and word."""
    return {
        "queued": ("not_opened", _("I kö")),
        "sending": ("started", _("Skickas")),
        "sent": ("done", _("Skickat")),
        "delayed": ("started", _("Fördröjt hos mottagaren")),
        "bounced": ("bounced", _("Kom i retur")),
        "failed": ("bounced", _("Gick inte att skicka")),
        "uncertain": ("returned", _("Osäkert om det gick iväg")),
        "cancelled": ("not_opened", _("Inställt")),
    }


def listing() -> Listing[Mail]:
    """The outbox as the address asks for it."""
    table = Table("utskick", "office.show_mails", _columns(), _filters(), "when", "asf-utskick")
    return table.of(outbox.newest(survey_db(), EVERY_MAIL))


def _filters() -> list[Filter[Mail]]:
    states = {state: words for state, (_chip, words) in mail_state_words().items()}
    return [
        Filter("sok", _("Sök på mottagare"), lambda m, search: holds(search, m.recipient)),
        Filter("mejl", _("Mejl"), lambda m, kind: m.kind == kind, kind_words()),
        Filter("status", _("Läge"), lambda m, state: m.state == state, states),
    ]


def _columns() -> list[Column[Mail]]:
    kinds, states = kind_words(), mail_state_words()
    order = list(states)
    return [
        Column("mail", _("Mejl"), lambda m: alphabetical(kinds.get(m.kind, m.kind)),
               lambda m: kinds.get(m.kind, m.kind)),
        Column("to", _("Till"), lambda m: alphabetical(m.recipient) or None,
               lambda m: m.recipient),
        Column("state", _("Läge"), lambda m: order.index(m.state), lambda m: states[m.state][1]),
        Column("when", _("När"), lambda m: (m.sent_at or m.created_at, m.id), largest_first=True),
        Column("queued", _("Lagt i kö"), None, lambda m: moment_cell(m.created_at), on_page=False),
        Column("sent", _("Skickat"), None, lambda m: moment_cell(m.sent_at), on_page=False),
        Column("error", _("Fel"), None, lambda m: m.error or "", on_page=False),
        Column("act", _("Åtgärd"), only_heard=True),
    ]  # fmt: skip
