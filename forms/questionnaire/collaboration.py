"""The optional module about collaboration: J."""

from __future__ import annotations

from forms.questionnaire.form_and_places import PAGE
from forms.questionnaire.question import Choice, Question

# Kept as a table that can be read through, not one argument a line.
# fmt: off
GROUP = (
    Choice("yes", "Ja", "Yes"),
    Choice("no", "Nej", "No"),
    Choice("none_exists", "Det finns ingen grupp här", "There is no group here"),
    Choice("unknown", "Vi vet inte", "We do not know"),
)
PARTNERS = (
    Choice("municipality", "Kommunen", "The municipality"),
    Choice("employment_service", "Arbetsförmedlingen", "The Public Employment Service"),
    Choice("insurance_agency", "Försäkringskassan", "The Social Insurance Agency"),
    Choice("region", "Regionen", "The region"),
    Choice("association", "Samordningsförbundet", "The coordination association"),
    Choice("coompanion", "Coompanion", "Coompanion"),
    Choice("skoopi", "Skoopi", "Skoopi"),
    Choice("other_wise", "Andra ASF", "Other work-integrating social enterprises"),
)

COLLABORATION = (
    Question("collab_group", "choice", PAGE, "J",
             "Deltar ni i en lokal samverkansgrupp om ASF?",
             "Do you take part in a local collaboration group on work-integrating social"
             " enterprises?", short_sv="Samverkansgrupp", short_en="Collaboration group",
             choices=GROUP, reference="per referensdatum"),
    Question("collab_partners", "several", PAGE, "J", "Vilka har ni haft kontakt med under året?",
             "Whom have you been in contact with during the year?", "Välj alla som stämmer.",
             "Choose all that apply.", "Kontakter", "Contacts", choices=PARTNERS,
             reference="senaste 12 månaderna före referensdatum"),
    Question("support_needs", "long_text", PAGE, "J", "Vad skulle hjälpa er mest nästa år?",
             "What would help you most next year?",
             "Skriv inga namn eller uppgifter om enskilda personer.",
             "Do not write names or anything about individual persons.", "Behov av stöd",
             "Support needed", maximum=1000, reviewed=True),
)
# fmt: on
