"""The optional modules, by letter: what the enterprise is, whom it takes in, what it lives on."""

import csv
from functools import partial
from pathlib import Path
from typing import Any

from forms.questionnaire.core import count
from forms.questionnaire.question import Choice, Question, choices_of

PAGE = "fler-fragor"
# A number that is not given for a reason is neither blank nor zero.
BLANK_REASONS = choices_of("blank_reason")
# The two-digit level of SNI 2025, Statistics Sweden's edition of NACE Rev. 2.1.
SNI_FILE = Path(__file__).with_name("sni_2025.csv")
TWELVE_MONTHS = "senaste 12 månaderna före referensdatum"


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


def _count(name: str, module: str, label_sv: str, label_en: str, **more: Any) -> Question:
    return count(name, PAGE, label_sv, label_en, module=module, **more)


_sum = partial(_count, kind="computed", maximum=None)


def _rows(total: str, module: str, *rows: tuple[str, str, str], **more: Any) -> list[Question]:
    return [
        _count(name, module, label_sv, label_en, nouns_sv=(label_sv.lower(),) * 2,
               nouns_en=(label_en.lower(),) * 2, part_of=total, **more)
        for name, label_sv, label_en in rows
    ]  # fmt: skip


# Kept as a table that can be read through, not one argument a line.
# fmt: off
LEGAL_FORMS = choices_of("legal_form")

MODULE_QUESTIONS = (
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
    Question("sni", "list_choice", PAGE, "B", "Huvudsaklig bransch", "Main industry",
             "Den bransch som ger störst försäljning, enligt SNI 2025.",
             "The industry with the largest sales, by SNI 2025.", "Bransch (SNI 2025)",
             "Industry (SNI 2025)", choices=industries(),
             column_names=("bransch", "sni", "snikod")),
    Question("business_ideas", "several", PAGE, "B", "Vilka varor eller tjänster säljer ni?",
             "Which goods or services do you sell?", "Välj alla som stämmer.",
             "Choose all that apply.", "Säljer", "Sells", choices=choices_of("business_ideas"),
             reference="per referensdatum"),
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
    _sum("emp_wage_support", "D", "Anställda per stödform", "Employees by kind of support",
         help_sv="Räkna varje person en gång, på det stöd som gällde räknedagen.",
         help_en="Count each person once, by the support on the reference date.",
         nouns_sv=("anställd", "anställda"), nouns_en=("employee", "employees")),
    *_rows("emp_wage_support", "D",
           ("emp_wage_subsidy", "Lönebidrag för anställning", "Wage subsidy for employment"),
           ("emp_wage_development", "Lönebidrag för utveckling i anställning",
            "Wage subsidy for development in employment"),
           ("emp_wage_security", "Lönebidrag för trygghet i anställning",
            "Wage subsidy for security in employment"),
           ("emp_new_start", "Nystartsjobb", "New-start jobs"),
           ("emp_introductory", "Introduktionsjobb", "Introductory jobs"),
           ("emp_other_support", "Annat stöd", "Other support"),
           ("emp_no_support", "Utan stöd", "Without support")),
    blank_reason("emp_wage_support", "D"),
    _count("emp_target_group", "D", "Anställda ur målgruppen",
           "Employees from the target group",
           help_sv="De som har haft stora svårigheter att få eller behålla ett arbete.",
           help_en="Those who have had great difficulty in getting or keeping a job.",
           nouns_sv=("ur målgruppen",) * 2, nouns_en=("from the target group",) * 2),
    blank_reason("emp_target_group", "D"),
    _count("emp_supervisors", "D", "Handledare och ordinarie personal",
           "Supervisors and ordinary staff",
           help_sv="Den som är handledare kan också räknas till målgruppen.",
           help_en="A supervisor can also belong to the target group.",
           nouns_sv=("handledare",) * 2, nouns_en=("supervisor", "supervisors")),
    blank_reason("emp_supervisors", "D"),
    _sum("placed_by_gender", "E", "Placerade kvinnor och män", "Placed women and men",
         help_sv="Juridiskt kön. Tillsammans ska de bli lika många som antalet placerade.",
         help_en="Legal gender. Together they must make the number of placed persons.",
         nouns_sv=("placerad", "placerade"), nouns_en=("placed person", "placed persons")),
    *_rows("placed_by_gender", "E", ("placed_women", "Kvinnor", "Women"),
           ("placed_men", "Män", "Men"),
           ("placed_gender_not_stated", "Kön ej angivet", "Gender not stated")),
    blank_reason("placed_by_gender", "E"),
    _sum("placed_by_service", "E", "Placerade per typ av insats", "Placed persons by service",
         help_sv="Räkna varje person en gång. Tillsammans ska de bli lika många som antalet"
         " placerade.",
         help_en="Count each person once. Together they must make the number of placed persons.",
         nouns_sv=("placerad", "placerade"), nouns_en=("placed person", "placed persons")),
    *_rows("placed_by_service", "E",
           ("placed_work_training", "Arbetsträning", "Work training"),
           ("placed_work_assessment", "Arbetsprövning", "Work capacity assessment"),
           ("placed_internship", "Praktik", "Internship"),
           ("placed_rehabilitation", "Rehabilitering", "Rehabilitation"),
           ("placed_occupation_sol", "Sysselsättning (SoL)", "Occupation (Social Services Act)"),
           ("placed_daily_activity_lss", "Daglig verksamhet (LSS)", "Daily activities (LSS)"),
           ("placed_other_service", "Annat", "Other")),
    blank_reason("placed_by_service", "E"),
    Question("target_groups", "several", PAGE, "F", "Vilka målgrupper tar ni emot?",
             "Which target groups do you take in?",
             "Kryssa grupper. Skriv aldrig något om enskilda personer.",
             "Tick groups. Never write anything about individual persons.", "Målgrupper",
             "Target groups", choices=choices_of("target_groups"), reference="per referensdatum"),
    _sum("trans_total", "G", "Personer som har slutat hos er eller gått vidare",
         "Persons who have left you or moved on",
         help_sv="De senaste tolv månaderna före räknedagen. Räkna varje person en gång.",
         help_en="The twelve months before the reference date. Count each person once.",
         short_sv="Övergångar", short_en="Transitions", reference=TWELVE_MONTHS,
         nouns_sv=("övergång", "övergångar"), nouns_en=("transition", "transitions")),
    *_rows("trans_total", "G",
           ("trans_work_here", "Från placering till anställning hos er",
            "From placement to employment with you"),
           ("trans_work_elsewhere", "Till arbete hos en annan arbetsgivare",
            "To work with another employer"),
           ("trans_studies", "Till studier", "To studies"),
           ("trans_jobseeking", "Till att söka arbete aktivt", "To actively seeking work"),
           ("trans_returned", "Åter till tidigare försörjning", "Back to earlier support"),
           ("trans_unknown", "Annat, eller vet inte", "Something else, or not known"),
           reference=TWELVE_MONTHS),
    blank_reason("trans_total", "G"),
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
