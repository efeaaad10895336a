"""Optional modules about the business: B, industry; H, public contracts; I, finances."""

from __future__ import annotations

import csv
from pathlib import Path

from forms.questionnaire.form_and_places import PAGE, blank_reason
from forms.questionnaire.question import Choice, Question

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


# Kept as a table that can be read through, not one argument a line.
# fmt: off
IDEAS = (
    Choice("cafe", "Café och restaurang", "Café and restaurant"),
    Choice("shop", "Butik och second hand", "Shop and second-hand"),
    Choice("recycling", "Återvinning", "Recycling"),
    Choice("gardening", "Trädgård", "Gardening"),
    Choice("facilities", "Fastighetsservice", "Property services"),
    Choice("building", "Bygg och snickeri", "Building and carpentry"),
    Choice("crafts", "Hantverk", "Crafts"),
    Choice("textiles", "Textil", "Textiles"),
    Choice("vehicles", "Fordon", "Vehicles"),
    Choice("dog_day_care", "Hunddagis", "Dog day care"),
    Choice("cleaning", "Städ och tvätt", "Cleaning and laundry"),
    Choice("office", "Kontor och media", "Office and media"),
    Choice("lodging", "Boende", "Lodging"),
    Choice("farming", "Odling och livsmedel", "Growing and food"),
    Choice("other", "Annat", "Other"),
)
AGREEMENTS = (
    Choice("reserved", "Reserverad upphandling", "Reserved procurement"),
    Choice("procurement", "Annan upphandling", "Other procurement"),
    Choice("direct", "Direktupphandling", "Direct award"),
    Choice("iop", "Idéburet offentligt partnerskap (IOP)",
           "Partnership between civil society and the public sector (IOP)"),
    Choice("understanding", "Överenskommelse utan upphandling", "Agreement without procurement"),
    Choice("none", "Inget avtal", "No agreement"),
)
SHARES = (
    Choice("0_25", "0–25 procent", "0–25 per cent"),
    Choice("26_50", "26–50 procent", "26–50 per cent"),
    Choice("51_75", "51–75 procent", "51–75 per cent"),
    Choice("76_100", "76–100 procent", "76–100 per cent"),
    Choice("unknown", "Vi vet inte", "We do not know"),
)
RESULTS = (
    Choice("surplus", "Överskott", "Surplus"),
    Choice("even", "Ungefär noll", "About zero"),
    Choice("deficit", "Underskott", "Deficit"),
    Choice("unknown", "Vi vet inte", "We do not know"),
)

INDUSTRY = (
    Question("sni", "list_choice", PAGE, "B", "Huvudsaklig bransch", "Main industry",
             "Den bransch som ger störst försäljning, enligt SNI 2025.",
             "The industry with the largest sales, by SNI 2025.", "Bransch (SNI 2025)",
             "Industry (SNI 2025)", choices=industries(),
             column_names=("bransch", "sni", "snikod")),
    Question("business_ideas", "several", PAGE, "B", "Vilka varor eller tjänster säljer ni?",
             "Which goods or services do you sell?", "Välj alla som stämmer.",
             "Choose all that apply.", "Säljer", "Sells", choices=IDEAS,
             reference="per referensdatum"),
)
PUBLIC_CONTRACTS = (
    Question("agreements", "several", PAGE, "H", "Vilka avtal har ni med offentliga köpare?",
             "Which agreements do you have with public buyers?", "Välj alla som stämmer.",
             "Choose all that apply.", "Avtal", "Agreements", choices=AGREEMENTS,
             reference="per referensdatum"),
    Question("public_income_share", "choice", PAGE, "H",
             "Hur stor del av intäkterna är ersättning för arbetsintegrerande tjänster?",
             "How much of your income is payment for work-integration services?",
             "Senast avslutade räkenskapsår.", "The last completed financial year.",
             "Andel av intäkterna", "Share of income", choices=SHARES,
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
             choices=RESULTS, reference="senast avslutade räkenskapsår"),
)
# fmt: on
