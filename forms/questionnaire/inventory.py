"""This inventory's questionnaire as data, in the order a person reads it.

A round keeps the copy it was opened with, so changing a question here changes the
next round and never one that has been asked. Names are never reused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from forms.questionnaire.business import FINANCES, INDUSTRY, PUBLIC_CONTRACTS
from forms.questionnaire.collaboration import COLLABORATION
from forms.questionnaire.core import CERTIFY, CHANGE, EMPLOYEES, ENTERPRISE, PLACED
from forms.questionnaire.form_and_places import FORM_AND_CRITERIA, SERVICES_AND_PLACES
from forms.questionnaire.people import PLACED as PLACED_IN_DETAIL
from forms.questionnaire.people import SUPPORT, TARGET_GROUPS, TRANSITIONS
from forms.questionnaire.questionnaire import Questionnaire, Section

# Kept as a table that can be read through, not one argument a line.
# fmt: off
SECTIONS = (
    Section("foretaget", "Företaget", "The enterprise", "Företaget", "Enterprise",
            "Kontrollera det vi redan vet och fyll i resten.",
            "Check what we know already and fill in the rest.",
            spoken_sv="Jag ställer frågorna och skriver under tiden. Det tar ungefär fem"
            " minuter. Först några frågor om företaget. Det är frivilligt att svara.",
            spoken_en="I ask the questions and write as we speak. It takes about five minutes."
            " First a few questions about the enterprise. Answering is voluntary."),
    Section("anstallda", "Anställda", "Employees", "Anställda", "Employees",
            "Räkna personer, inte heltider.", "Count persons, not full-time equivalents.",
            spoken_sv="Nu gäller det dem som är anställda. Räkna personer, inte heltider, och"
            " bara dem som hade anställningsavtal den dagen.",
            spoken_en="Now about those who are employed. Count persons, not full-time"
            " equivalents, and only those who had an employment contract on that day."),
    Section("placerade", "Placerade", "Placed persons", "Placerade", "Placed",
            "Personer som deltar utan att vara anställda hos er.",
            "Persons who take part without being employed by you.",
            spoken_sv="Nu gäller det dem som deltar hos er utan att vara anställda. Räkna dem"
            " efter vem som har anvisat dem.",
            spoken_en="Now about those who take part without being employed by you. Count them"
            " by who assigned them."),
    # Only where the round has such questions; voluntary when all of them are.
    Section("arets-fragor", "Årets frågor", "This year’s questions", "Årets", "This year",
            "Frågor som samordnaren har lagt till.", "Questions that the coordinator has added.",
            spoken_sv="Nu några frågor som vi har lagt till i inventeringen.",
            spoken_en="Now a few questions that we have added to the inventory."),
    Section("fler-fragor", "Frivilliga frågor", "Optional questions", "Frivilligt", "Optional",
            "Hoppa över det ni vill. Lämnar ni en ruta helt tom räknas den inte som ett svar.",
            "Skip what you like. A box left completely blank does not count as an answer.",
            optional=True,
            spoken_sv="De sista frågorna är frivilliga. Säg till om ni vill hoppa över någon.",
            spoken_en="The last questions are optional. Say so if you want to skip any of them."),
    Section("granska", "Granska och lämna in", "Review and hand in", "Granska", "Review",
            spoken_sv="Jag läser upp det jag har skrivit. Säg till om något är fel. När ni säger"
            " att det stämmer lämnar jag in, och ni får ett kvitto med e-post.",
            spoken_en="I will read out what I have written. Say so if anything is wrong. When"
            " you say that it is right I hand it in, and you get a receipt by email.",
            holds=("foretaget", "forandring")),
)
# The whole core on one page: what an enterprise is asked first.
NUMBERS = Section(
    "siffror", "Era siffror", "Your figures", "Era siffror", "Your figures",
    "Räkna personer, inte heltider.", "Count persons, not full-time equivalents.",
    spoken_sv="Jag ställer frågorna och skriver under tiden. Det tar ungefär två minuter. Räkna"
    " personer, inte heltider. Först de som är anställda, sedan de som deltar utan att vara"
    " anställda. Det är frivilligt att svara.",
    spoken_en="I ask the questions and write as we speak. It takes about two minutes. Count"
    " persons, not full-time equivalents. First those who are employed, then those who take part"
    " without being employed. Answering is voluntary.",
    holds=("anstallda", "placerade"))

# In the order of the modules' letters.
MODULE_QUESTIONS = (
    *FORM_AND_CRITERIA, *INDUSTRY, *SERVICES_AND_PLACES, *SUPPORT, *PLACED_IN_DETAIL,
    *TARGET_GROUPS, *TRANSITIONS, *PUBLIC_CONTRACTS, *FINANCES, *COLLABORATION,
)

# fmt: on


def questionnaire(year: int) -> Questionnaire:
    """The questionnaire to ask in a year; its dates and years are bound to that year."""
    everything = (*ENTERPRISE, *EMPLOYEES, *PLACED, *CHANGE, *MODULE_QUESTIONS, *CERTIFY)
    return Questionnaire(tuple(
        replace(q, minimum=_in_year(q.minimum, year), maximum=_in_year(q.maximum, year))
        for q in everything
    ))  # fmt: skip


def _in_year(bound: int | str | None, year: int) -> int | str | None:
    """A bound that a declaration gives as "{year}" or "{year}-09-01", in one year."""
    if not isinstance(bound, str):
        return bound
    text = bound.format(year=year)
    return int(text) if text.isdigit() else text


def as_dicts(year: int) -> list[dict[str, Any]]:
    """The questionnaire of a year as a round keeps it."""
    return [question.to_dict() for question in questionnaire(year).questions]
