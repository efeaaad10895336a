"""This inventory's questionnaire as data, in the order a person reads it.

A round keeps the copy it was opened with, so changing a question here changes the
next round and never one that has been asked. Names are never reused.
"""

from dataclasses import replace
from typing import Any

from forms.questionnaire.core import CERTIFY, CHANGE, EMPLOYEES, ENTERPRISE, PLACED
from forms.questionnaire.optional import MODULE_QUESTIONS
from forms.questionnaire.questionnaire import Module, Questionnaire, Section

# Kept as a table that can be read through, not one argument a line.
# fmt: off
SECTIONS = (
    Section("foretaget", "Företaget", "The enterprise", "Företaget", "Enterprise",
            "Kontrollera det vi redan vet och fyll i resten.",
            "Check what we know already and fill in the rest.",
            spoken_sv="Jag läser upp det vi vet om företaget. Säg till om något är fel.",
            spoken_en="I will read out what we know of the enterprise. Say so if anything is"
            " wrong."),
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
    spoken_sv="Jag ställer frågorna och skriver under tiden. {time} Räkna personer, inte heltider."
    " Först de som är anställda, sedan de som deltar utan att vara anställda. Det är frivilligt att"
    " svara.",
    spoken_en="I ask the questions and write as we speak. {time} Count persons, not full-time"
    " equivalents. First those who are employed, then those who take part without being employed."
    " Answering is voluntary.",
    holds=("anstallda", "placerade"))

MODULES = {module.key: module for module in (
    Module("0", "Företaget", "The enterprise"),
    Module("1", "Kärna", "Core"),
    Module("A", "Form och kriterier", "Form and criteria",
           "Visar vilka slags företag som räknas, och om de uppfyller kriterierna för ett ASF.",
           "Shows what kinds of enterprises are counted, and whether they meet the criteria."),
    Module("B", "Bransch", "Industry",
           "Visar för kommuner och andra köpare vad företagen i länet kan leverera.",
           "Shows municipalities and other buyers what the county’s enterprises can supply."),
    Module("C", "Tjänster och platser", "Services and places",
           "Visar hur många platser som finns i länet och hur många som används.",
           "Shows how many places the county has and how many are in use."),
    Module("D", "Anställningsstöd", "Employment support",
           "Visar vilka stöd som anställningarna vilar på när reglerna ändras.",
           "Shows which kinds of support the jobs rest on when the rules change."),
    Module("E", "Mer om de placerade", "More about the placed persons",
           "Visar om kvinnor och män får del av insatserna på lika villkor.",
           "Shows whether women and men take part on equal terms."),
    Module("F", "Målgrupper", "Target groups",
           "Visar vilka ni tar emot. Kryssa grupper, skriv aldrig något om enskilda personer.",
           "Shows whom you take in. Tick groups; never write anything about individual persons."),
    Module("G", "Övergångar", "Transitions",
           "Visar vad som händer efteråt: arbete, studier eller något annat. Räkna de senaste"
           " tolv månaderna.",
           "Shows what happens afterwards: work, studies or something else. Count the last"
           " twelve months."),
    Module("H", "Offentliga affärer", "Public contracts",
           "Visar hur kommuner och andra köper av företagen i länet.",
           "Shows how municipalities and others buy from the county’s enterprises."),
    Module("I", "Ekonomi", "Finances",
           "Visar företagens ekonomi som grupp. Ett enskilt företags siffror visas inte öppet.",
           "Shows the finances of the enterprises as a group, never openly for a single one."),
    Module("J", "Samverkan", "Collaboration",
           "Visar vilket stöd som finns och vad som skulle hjälpa mest nästa år.",
           "Shows what support there is and what would help most next year."),
    Module("X", "Årets frågor", "This year’s questions"),
)}
# fmt: on
CORE = ("0", "1")
# What can be skipped as a whole.
OPTIONAL = tuple(module.key for module in MODULES.values() if module.why_sv)


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
