"""Why a mail did not get through, in words, and what reading reports came to."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import ngettext

from survey_data.follow_up.bounces import Tally
from survey_data.follow_up.delivery_reports import fault_of


def cause(status: str, state: str = "", *, is_dead: bool = False, words: str = "") -> str:
    """What a status (RFC 3463) and a server's words mean to whoever has to act on them."""
    is_refusal = status.startswith("5") or re.match(r"5\d\d\b", words)
    if is_refusal and not is_dead and fault_of(status, words) == "us":
        return str(_("Mottagarens server släpper inte in våra mejl. Adressen kan vara rätt."))
    meanings = (
        (r"5\.1\.3", _("Adressen är felskriven.")),
        (r"5\.1\.2|5\.4\.4", _("Det som står efter @ tar inte emot mejl.")),
        (r"5\.1\.|5\.4\.1", _("Ingen har den adressen.")),
        (r"5\.2\.1", _("Brevlådan är avstängd.")),
        (r"[45]\.2\.2", _("Brevlådan är full.")),
        (r"4\.", _("Mottagarens server gick inte att nå, eller tog inte emot just då.")),
    )
    for pattern, meaning in meanings:
        if re.match(pattern, status):
            return str(meaning)
    if state == "uncertain":
        return str(_("Det är osäkert om mejlet gick iväg."))
    if is_dead or state == "bounced":
        return str(_("Mottagarens server tar inte emot mejl till adressen."))
    return str(_("Mejlet gick inte att skicka."))


def cancelled_words() -> dict[str, str]:
    """Why a mail that waited was not sent after all."""
    return {
        "closed": _("Omgången är stängd."),
        "answered": _("Företaget har redan svarat."),
        "left_out": _("Företaget ska inte tillfrågas mer."),
        "contact": _("Kontakten har fått en annan adress."),
        "revoked": _("Kollegans länk är återkallad."),
        "late": _("Ingen väntade på det längre."),
    }


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
