"""What a respondent can print or keep: worksheet, receipt, and a page about the enterprise.

Here is what stands at the head of every paper: whose it is, and whom to call.
"""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from forms.respondent.respondent import Respondent
from survey_data import settings
from survey_data.typesetting import compile_pdf


@dataclass(frozen=True)
class Head:
    """A paper's title, whose it is, the lines under it, and the columns of its table."""

    title: str
    who: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    author: str
    language: str
    example: str


def head(
    respondent: Respondent,
    language: str,
    title: str,
    lines: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
) -> Head:
    """The head of a paper about one enterprise; a made-up one is called an example on it."""
    enterprise = respondent.invitation.enterprise
    town = respondent.questionnaire["municipality_code"].show(
        enterprise.municipality_code, language
    )
    example = _("Exempel. Företaget och siffrorna är påhittade.")
    is_example = enterprise.is_example or respondent.invitation.round.is_example
    marked = example if is_example else ""
    unit = f", {enterprise.unit_name}" if enterprise.unit_name else ""
    who = ", ".join(text for text in (f"{enterprise.name}{unit}", town) if text)
    return Head(
        title,
        f"{who} ({_('exempel')})" if is_example else who,
        tuple(line for line in (marked, *lines) if line),
        columns,
        settings.association(respondent.db).name,
        language,
        marked,
    )


def paper(name: str, of: Head, day: date, foot: str, **content: Any) -> bytes:
    """A paper as a tagged PDF, by the template of its name."""
    template = Path(__file__).with_name(f"{name}.typ")
    whole = {"head": asdict(of), "author": of.author, "foot": foot, **content}
    return compile_pdf(template, whole, of.language, day)


def whom_to_call(respondent: Respondent, language: str) -> str:
    """One sentence with the association's telephone, hours and address."""
    about = settings.association(respondent.db)
    return _(
        "Frågor? Ring samordnaren, %(phone)s, %(hours)s, eller skriv till %(email)s.",
        phone=about.phone,
        hours=about.hours_en if language == "en" else about.hours,
        email=about.email,
    )
