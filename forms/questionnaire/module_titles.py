"""The optional modules of the questionnaire: what each is called and why it is asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Module:
    """A group of questions that can be skipped as a whole, with the reason it is asked."""

    key: str
    title_sv: str
    title_en: str
    why_sv: str = ""
    why_en: str = ""

    def title(self, language: str) -> str:
        """What the group is called."""
        return self.title_en if language == "en" else self.title_sv

    def why(self, language: str) -> str:
        """What the answers are used for."""
        return self.why_en if language == "en" else self.why_sv


# Kept as a table that can be read through, not one argument a line.
# fmt: off
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
