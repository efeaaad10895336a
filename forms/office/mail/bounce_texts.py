"""Why a mail did not get through, in words, and what reading reports came to."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import ngettext

from survey_data.follow_up.bounces import Tally


def cause(status: str, state: str = "", *, is_dead: bool = False) -> str:
    """What a status (RFC 3463) means to the one who has to do something about it."""
    meanings = (
        (r"5\.1\.3", _("Adressen är felskriven.")),
        (r"5\.1\.2|5\.4\.4", _("Det som står efter @ tar inte emot mejl.")),
        (r"5\.1\.", _("Ingen har den adressen.")),
        (r"5\.2\.1", _("Brevlådan är avstängd.")),
        (r"[45]\.2\.2", _("Brevlådan är full.")),
        (r"5\.7\.", _("Mottagarens server släpper inte in mejlet. Adressen kan ändå vara rätt.")),
        (r"4\.", _("Mottagarens server gick inte att nå, eller tog inte emot just då.")),
    )
    for pattern, words in meanings:
        if re.match(pattern, status):
            return str(words)
    if state == "uncertain":
        return str(_("Det är osäkert om mejlet gick iväg."))
    if is_dead or state == "bounced":
        return str(_("Mottagarens server tar inte emot mejl till adressen."))
    return str(_("Mejlet gick inte att skicka."))


def tally_words(tally: Tally) -> str:
    """What was found, in one or two sentences."""
    if not tally.reports:
        return str(_("Inga leveransrapporter hittades."))
    new, known, foreign = tally.new, tally.known, tally.foreign
    parts = (
        (True, ngettext("%(num)s ny leveransrapport.", "%(num)s nya leveransrapporter.", new)),
        (known, ngettext("%(num)s var redan läst.", "%(num)s var redan lästa.", known)),
        (foreign, ngettext("%(num)s gällde ingen av våra adresser.",
                           "%(num)s gällde ingen av våra adresser.", foreign)),
    )  # fmt: skip
    return " ".join(str(words) for is_said, words in parts if is_said)
