"""Optional modules about the enterprise: A–C, what it is and offers; H–J, what it lives on."""

import csv
from pathlib import Path

from forms.questionnaire.question import Choice, Question, choices_of

PAGE = "fler-fragor"
# A number that is not given for a reason is neither blank nor zero.
BLANK_REASONS = choices_of("blank_reason")
# The two-digit level of SNI 2025, Statistics Sweden's edition of NACE Rev. 2.1.
SNI_FILE = Path(__file__).with_name("sni_2025.csv")


def industries() -> tuple[Choice, ...]:
    """The divisions of SNI 2025, each as its code and name."""
    with SNI_FILE.open(encoding="utf-8", newline="") as source:
        return tuple(
            Choice(
                row["code"], f"{row['code']} {row['label_sv']}", f"{row['code']} {row['label_en']}"
            )
            for row in csv.DictReader(source)
        )


def blank_reason(number: str, module: str) -> Question:
    """The question that stands beside a number: why there is none."""
    return Question(
        f"{number}_blank", "blank_reason", PAGE, module, "Inget antal?", "No number?",
        short_sv="Varför inget antal", short_en="Why there is no number", choices=BLANK_REASONS,
        blank_of=number,
    )  # fmt: skip


# Kept as a table that can be read through, not one argument a line.
# fmt: off
LEGAL_FORMS = choices_of("legal_form")

FORM_AND_CRITERIA = (
    Question("legal_form", "choice", PAGE, "A", "Juridisk form", "Legal form", required=True,
             choices=LEGAL_FORMS, reference="per referensdatum",
             column_names=("företagsform", "bolagsform", "juridisk form")),
    Question("start_year", "year", PAGE, "A", "År då verksamheten startade",
             "Year the activity started", short_sv="Startår", short_en="Start year",
             unit_sv="år", unit_en="year", minimum=1980, maximum="{year}",
             column_names=("startår", "start")),
    Question("crit_purpose", "choice", PAGE, "A",
             "Är ert övergripande ändamål att integrera människor som har stora svårigheter att"
             " få eller behålla ett arbete?",
             "Is your overall purpose to integrate people who have great difficulty in getting or"
             " keeping a job?",
             short_sv="Ändamål: integrera människor i arbete",
             short_en="Purpose: integrate people into work", required=True,
             choices=choices_of("crit_purpose"),
             reference="per referensdatum"),
    Question("crit_participation", "choice", PAGE, "A", "Hur är medarbetarna delaktiga?",
             "How do those who work with you take part in decisions?",
             "Genom ägande, avtal eller på annat väl dokumenterat sätt.",
             "Through ownership, an agreement or in another well documented way.",
             "Delaktighet för medarbetarna", "Participation", required=True,
             choices=choices_of("crit_participation"), reference="per referensdatum"),
    Question("crit_reinvest", "choice", PAGE, "A",
             "Återinvesterar ni vinsten i huvudsak i den egna eller liknande verksamhet?",
             "Do you mainly reinvest profits in your own or similar activities?",
             "Senast avslutade räkenskapsår.", "The latest financial year to have ended.",
             "Återinvesterar vinsten", "Reinvests profits", required=True,
             choices=choices_of("crit_reinvest"),
             reference="senast avslutade räkenskapsår"),
    Question("crit_independent", "yes_no", PAGE, "A",
             "Är ni organisatoriskt fristående från offentlig verksamhet?",
             "Are you organisationally independent of public bodies?",
             "Inga kommunala eller andra offentliga ägare.",
             "No municipal or other public owners.", "Fristående från offentlig verksamhet",
             "Independent of public bodies", required=True, reference="per referensdatum"),
    Question("certification", "choice", PAGE, "A",
             "Är ni certifierade enligt SIS-specifikationen (Skoopi)?",
             "Are you certified to the SIS specification (Skoopi)?",
             short_sv="Certifiering", short_en="Certification", choices=choices_of("certification"),
             reference="per referensdatum"),
    Question("certification_year", "year", PAGE, "A", "Vilket år blev ni certifierade?",
             "In which year were you certified?", "Bara om ni är certifierade.",
             "Only if you are certified.", "Certifierat år", "Year of certification",
             "år", "year", minimum=2019, maximum="{year}"),
    Question("skoopi_member", "yes_no", PAGE, "A", "Är ni medlemmar i Skoopi?",
             "Are you a member of Skoopi?", short_sv="Medlem i Skoopi",
             short_en="Member of Skoopi", reference="per referensdatum"),
)
INDUSTRY = (
    Question("sni", "list_choice", PAGE, "B", "Huvudsaklig bransch", "Main industry",
             "Den bransch som ger störst försäljning, enligt SNI 2025.",
             "The industry with the largest sales, by SNI 2025.", "Bransch (SNI 2025)",
             "Industry (SNI 2025)", choices=industries(),
             column_names=("bransch", "sni", "snikod")),
    Question("business_ideas", "several", PAGE, "B", "Vilka varor eller tjänster säljer ni?",
             "Which goods or services do you sell?", "Välj alla som stämmer.",
             "Choose all that apply.", "Säljer", "Sells", choices=choices_of("business_ideas"),
             reference="per referensdatum"),
)
SERVICES_AND_PLACES = (
    Question("services", "several", PAGE, "C",
             "Vilka arbetsintegrerande tjänster erbjuder ni?",
             "Which work-integration services do you offer?", "Välj alla som stämmer.",
             "Choose all that apply.", "Tjänster", "Services", choices=choices_of("services"),
             reference="per referensdatum"),
    Question("places_offered", "whole_number", PAGE, "C",
             "Hur många platser kan ni erbjuda samtidigt?",
             "How many places can you offer at the same time?",
             "Platser för personer som inte är anställda.",
             "Places for persons who are not employed.", "Platser", "Places", "platser", "places",
             ("plats", "platser"), ("place", "places"), minimum=0, maximum=9999,
             reference="per referensdatum"),
    blank_reason("places_offered", "C"),
)
PUBLIC_CONTRACTS = (
    Question("agreements", "several", PAGE, "H", "Vilka avtal har ni med offentliga köpare?",
             "Which agreements do you have with public buyers?", "Välj alla som stämmer.",
             "Choose all that apply.", "Avtal", "Agreements", choices=choices_of("agreements"),
             reference="per referensdatum"),
    Question("public_income_share", "choice", PAGE, "H",
             "Hur stor del av intäkterna är ersättning för arbetsintegrerande tjänster?",
             "How much of your income is payment for work-integration services?",
             "Senast avslutade räkenskapsår.", "The last completed financial year.",
             "Andel av intäkterna", "Share of income", choices=choices_of("public_income_share"),
             reference="senast avslutade räkenskapsår"),
)
FINANCES = (
    Question("turnover", "whole_number", PAGE, "I", "Nettoomsättning i tusental kronor",
             "Net turnover in thousands of kronor",
             "Från senaste årsredovisningen. 1 200 betyder 1,2 miljoner kronor.",
             "From the latest annual report. 1,200 means SEK 1.2 million.", "Nettoomsättning",
             "Net turnover", "tkr", "SEK thousand", ("tkr", "tkr"),
             ("thousand kronor", "thousand kronor"), minimum=0, maximum=200_000,
             reference="senast avslutade räkenskapsår",
             column_names=("omsättning", "omsättning tkr", "nettoomsättning tkr")),
    blank_reason("turnover", "I"),
    Question("result_sign", "choice", PAGE, "I", "Resultat", "Result",
             "Senast avslutade räkenskapsår.", "The last completed financial year.",
             choices=choices_of("result_sign"), reference="senast avslutade räkenskapsår"),
)
COLLABORATION = (
    Question("collab_group", "choice", PAGE, "J",
             "Deltar ni i en lokal samverkansgrupp om ASF?",
             "Do you take part in a local collaboration group on work-integrating social"
             " enterprises?", short_sv="Samverkansgrupp", short_en="Collaboration group",
             choices=choices_of("collab_group"), reference="per referensdatum"),
    Question("collab_partners", "several", PAGE, "J", "Vilka har ni haft kontakt med under året?",
             "Whom have you been in contact with during the year?", "Välj alla som stämmer.",
             "Choose all that apply.", "Kontakter", "Contacts",
             choices=choices_of("collab_partners"),
             reference="senaste 12 månaderna före referensdatum"),
    Question("support_needs", "long_text", PAGE, "J", "Vad skulle hjälpa er mest nästa år?",
             "What would help you most next year?",
             "Skriv inga namn eller uppgifter om enskilda personer.",
             "Do not write names or anything about individual persons.", "Behov av stöd",
             "Support needed", maximum=1000, reviewed=True),
)
# fmt: on
