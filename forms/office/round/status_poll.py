"""How far the round has come, on the overview and again every so often while it is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import abort, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.web.request_context import survey_db
from survey_data.follow_up import progress
from survey_data.follow_up.progress import Standing
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round

# In the seconds between two looks no more than this happens.
MOST_RECENT = 30


def state_words() -> dict[str, tuple[str, str]]:
    """Each state's chip and word."""
    return {
        "not_invited": ("not_opened", _("Inte inbjuden")),
        "invited": ("not_opened", _("Inte öppnad")),
        "bad_address": ("bounced", _("Adressen fungerar inte")),
        "mail_failed": ("bounced", _("Mejlet kom inte fram")),
        "opened": ("started", _("Öppnad")),
        "started": ("started", _("Påbörjad")),
        "handed_in": ("review", _("Att granska")),
        "checked": ("done", _("Godkänd")),
        "returned": ("returned", _("Skickad tillbaka")),
        "refused": ("refused", _("Avböjt")),
        "no_contact": ("no_contact", _("Svarar inte i telefon")),
        "out_of_scope": ("left_out", _("Hör inte hit")),
        "ceased": ("left_out", _("Upphört")),
    }


def counted(state: str, count: int) -> str:
    """How many enterprises are in a state, as a chip says it."""
    words = {
        "not_invited": ngettext("%(num)s inte inbjuden", "%(num)s inte inbjudna", count),
        "invited": ngettext("%(num)s inte öppnad", "%(num)s inte öppnade", count),
        "bad_address": ngettext(
            "%(num)s adress fungerar inte", "%(num)s adresser fungerar inte", count
        ),
        "mail_failed": ngettext("%(num)s mejl kom inte fram", "%(num)s mejl kom inte fram", count),
        "opened": ngettext("%(num)s öppnad", "%(num)s öppnade", count),
        "started": ngettext("%(num)s påbörjad", "%(num)s påbörjade", count),
        "handed_in": ngettext("%(num)s att granska", "%(num)s att granska", count),
        "checked": ngettext("%(num)s godkänd", "%(num)s godkända", count),
        "returned": ngettext("%(num)s skickad tillbaka", "%(num)s skickade tillbaka", count),
        "refused": ngettext("%(num)s har avböjt", "%(num)s har avböjt", count),
        "no_contact": ngettext(
            "%(num)s svarar inte i telefon", "%(num)s svarar inte i telefon", count
        ),
        "out_of_scope": ngettext("%(num)s hör inte hit", "%(num)s hör inte hit", count),
        "ceased": ngettext("%(num)s har upphört", "%(num)s har upphört", count),
    }
    return str(words[state])


def said_of(standing: Standing) -> str:
    """What an enterprise has just done, as it is announced; nothing for what others did."""
    words = {
        "opened": _("%(name)s öppnade länken", name=standing.name),
        "started": _("%(name)s började fylla i", name=standing.name),
        "handed_in": _("%(name)s lämnade in", name=standing.name),
    }
    return str(words.get(standing.state, ""))


# The colour of a state in the bar, and the order of its parts: what is done comes first.
COLOURS = {
    "checked": "part-teal", "handed_in": "part-navy", "returned": "part-orange",
    "started": "part-blue", "opened": "part-blue", "invited": "part-grey",
    "not_invited": "part-grey", "no_contact": "part-grey", "refused": "part-grey",
    "mail_failed": "part-red", "bad_address": "part-red",
    "out_of_scope": "part-none", "ceased": "part-none",
}  # fmt: skip


@dataclass(frozen=True)
class StateGroup:
    """The enterprises in one state, and their part of the bar, in per cent of all."""

    state: str
    enterprises: tuple[Standing, ...]
    x: float
    width: float

    @property
    def colour(self) -> str:
        """The class of its part."""
        return COLOURS[self.state]

    @property
    def names(self) -> str:
        """Who they are, cut off by the page where they do not fit."""
        return ", ".join(s.name for s in self.enterprises)


def groups_of(everyone: Sequence[Standing]) -> list[StateGroup]:
    """Every state that some enterprise is in."""
    found, x = list[StateGroup](), 0.0
    for state in COLOURS:
        theirs = tuple(s for s in everyone if s.state == state)
        if theirs:
            width = 100 * len(theirs) / len(everyone)
            found.append(StateGroup(state, theirs, round(x, 2), round(width, 2)))
            x += width
    return found


def state_facts(survey_round: Round, everyone: list[Standing]) -> dict[str, Any]:
    """What the state card says, and what enterprises did last."""
    acted = [s for s in everyone if s.acted_at]
    return {
        "round": survey_round,
        "rates": progress.rates(everyone),
        "counts": Counter(s.state for s in everyone),
        "counted": counted,
        "groups": groups_of(everyone),
        "states": state_words(),
        "towns": progress.by_municipality(everyone),
        "recent": sorted(acted, key=lambda s: s.acted_at or "", reverse=True)[:MOST_RECENT],
        "said_of": said_of,
    }


@blueprint.get("/laget")
def show_state() -> Response:
    """The state card alone; 304 when nothing in it has changed."""
    survey_round = rounds.current(survey_db()) or rounds.latest(survey_db())
    if survey_round is None:
        abort(404)
    facts = state_facts(survey_round, progress.standings(survey_db(), survey_round))
    reply = make_response(render_template("office/round/_status.html", **facts))
    reply.set_etag(sha256(reply.get_data()).hexdigest()[:32])
    return reply.make_conditional(request)
