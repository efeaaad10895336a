"""Which column of a list is which fact of the register: proposed, and decided by a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from forms.archive.column_mapping import plain
from survey_data.email_addresses import is_address, tidy_address
from survey_data.errors import InvalidOrgNumber
from survey_data.personal_numbers import check_org_number
from survey_data.register.register_file import COLUMNS

# What people call each fact at the head of a column, besides its own name.
HEADINGS: dict[str, tuple[str, ...]] = {
    "org_number": ("organisationsnummer", "orgnr", "org nr", "organisationsnr", "orgnummer",
                   "org nummer", "org number", "organisation number", "momsnr"),
    "name": ("företag", "företagets namn", "företagsnamn", "namn", "asf", "socialt företag",
             "verksamhet", "organisation", "enterprise", "company", "enterprise name"),
    "unit_name": ("enhet", "enhetens namn", "enhetsnamn", "arbetsställe", "unit"),
    "municipality_code": ("kommun", "kommunkod", "kommunnamn", "kommun namn", "municipality"),
    "legal_form": ("juridisk form", "företagsform", "bolagsform", "organisationsform", "form"),
    "active_from": ("verksamt från", "verksam från", "startår", "start", "startdatum", "från",
                    "verksam sedan", "active from", "start year", "from"),
    "active_to": ("verksamt till", "verksam till", "slutdatum", "upphört", "till", "avslutat",
                  "active to", "to"),
    "contact_name": ("kontaktperson", "kontakt", "kontaktens namn", "ansvarig", "chef",
                     "verksamhetschef", "verksamhetsledare", "föreståndare", "contact",
                     "contact person"),
    "contact_role": ("roll", "kontaktens roll", "befattning", "titel", "role", "title"),
    "contact_email": ("e-post", "epost", "e-postadress", "epostadress", "mail", "mejl", "e-mail",
                      "mailadress", "mejladress", "email", "kontaktens e-post", "email address"),
    "contact_phone": ("telefon", "tfn", "tel", "telefonnummer", "mobil", "mobilnummer", "tele",
                      "tel nr", "telnr", "kontaktens telefon", "phone", "mobile"),
    "is_example": ("exempel", "example"),
}  # fmt: skip
WORDS = {
    plain(word): name
    for name, words in HEADINGS.items()
    for word in (name, name.replace("contact_", "kontakt "), *words)
}
PHONE = re.compile(r"\+?[\d\s()/\-–]{7,25}")


@dataclass(frozen=True)
class Proposal:
    """What a column seems to be ("" for nothing), and why."""

    fact: str
    why: str


def knows(heading: str) -> bool:
    """Whether a heading is one that says what a column is."""
    return plain(heading) in WORDS


def propose(
    header: Sequence[str], columns: Sequence[Sequence[str]], towns: Collection[str]
) -> list[Proposal]:
    """What each column seems to be: by its heading, else by what stands in it; none twice."""
    ways: tuple[tuple[str, Callable[[int], str]], ...] = (
        (_("Samma ord"), lambda at: WORDS.get(plain(header[at]), "")),
        (_("Liknande ord"), lambda at: _alike(header[at])),
        (_("Samma mönster"), lambda at: _shaped(columns[at], towns)),
    )
    found: dict[int, Proposal] = {}
    for why, fact_of in ways:
        for at in range(len(header)):
            fact, taken = fact_of(at), {other.fact for other in found.values()}
            if at not in found and fact and fact not in taken:
                found[at] = Proposal(fact, str(why))
    nothing = Proposal("", str(_("Välj själva")))
    return [found.get(at, nothing) for at in range(len(header))]


def _alike(heading: str) -> str:
    """The fact whose heading begins this one or ends it: "Kommun (säte)", "Ansvarig chef"."""
    words = plain(heading)
    known = sorted((word for word in WORDS if len(word) > 2), key=len, reverse=True)
    return next((WORDS[word] for word in known
                 if words.startswith(f"{word} ") or words.endswith(f" {word}")), "")  # fmt: skip


def _shaped(texts: Sequence[str], towns: Collection[str]) -> str:
    said = [text for text in texts if text][:50]
    shapes = {
        "org_number": is_org_number,
        "contact_email": lambda text: is_address(tidy_address(text)),
        "municipality_code": lambda text: town_words(text) in towns,
        "contact_phone": lambda text: bool(PHONE.fullmatch(text)) and "0" in text[:4],
    }
    return next((name for name, fits in shapes.items()
                 if said and sum(map(fits, said)) * 2 > len(said)), "")  # fmt: skip


def is_org_number(text: str) -> bool:
    """Whether a text is an organisation number."""
    try:
        check_org_number(text)
    except InvalidOrgNumber:
        return False
    return True


def town_words(text: str) -> str:
    """A municipality without what people put about its name: "2180 GÄVLE kommun" is "gävle"."""
    words = re.sub(r"\(.*?\)|^\d{4}\s+(?=\D)|\s*\b(?:kommun|kn)\b\.?", " ", text.casefold())
    return " ".join(words.split()).strip(" ,.")


def lacking(columns: Sequence[str]) -> list[str]:
    """The facts that a file has no column for."""
    return [name for name in COLUMNS if name not in columns and name != "is_example"]
