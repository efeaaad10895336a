"""The voluntary modules: A, form and criteria; C, services and places."""

from __future__ import annotations

from forms.questionnaire.question import Choice, Question

PAGE = "fler-fragor"
# A number that is not given for a reason is neither blank nor zero.
UNKNOWN, NOT_APPLICABLE = "unknown", "not_applicable"
BLANK_REASONS = (
    Choice(UNKNOWN, "Vi vet inte", "We do not know"),
    Choice(NOT_APPLICABLE, "Inte aktuellt för oss", "Does not apply to us"),
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
LEGAL_FORMS = (
    Choice("economic_association", "Ekonomisk förening", "Economic (cooperative) association"),
    Choice("nonprofit_association", "Ideell förening", "Non-profit association"),
    Choice("limited_company", "Aktiebolag", "Limited company"),
    Choice("limited_company_svb", "Aktiebolag med särskild vinstutdelningsbegränsning (svb)",
           "Limited company with dividend limitation (svb)"),
    Choice("foundation", "Stiftelse", "Foundation"),
    Choice("partnership", "Handelsbolag", "Trading partnership"),
    Choice("other", "Annan", "Other"),
)
PURPOSE = (
    Choice("written", "Ja, och det står i stadgarna", "Yes, and our statutes say so"),
    Choice("yes", "Ja", "Yes"),
    Choice("partly", "Delvis", "Partly"),
    Choice("no", "Nej", "No"),
)
PARTICIPATION = (
    Choice("ownership", "Genom ägande", "Through ownership"),
    Choice("agreement", "Genom avtal", "Through an agreement"),
    Choice("documented", "På annat dokumenterat sätt", "In another documented way"),
    Choice("no", "Nej", "No"),
)
REINVEST = (
    Choice("yes", "Ja", "Yes"),
    Choice("no_profit", "Det blev ingen vinst", "There was no profit"),
    Choice("partly", "Delvis", "Partly"),
    Choice("no", "Nej", "No"),
)
CERTIFICATION = (
    Choice("yes", "Ja", "Yes"),
    Choice("no", "Nej", "No"),
    Choice("in_progress", "Pågår", "In progress"),
)
SERVICES = (
    Choice("work_training", "Arbetsträning", "Work training"),
    Choice("work_assessment", "Arbetsprövning", "Work capacity assessment"),
    Choice("internship", "Praktik", "Internship"),
    Choice("rehabilitation", "Rehabilitering", "Rehabilitation"),
    Choice("occupation_sol", "Sysselsättning (SoL)", "Occupation (Social Services Act)"),
    Choice("daily_activity_lss", "Daglig verksamhet (LSS)", "Daily activities (LSS)"),
    Choice("language_training", "Språkträning", "Language training"),
    Choice("other", "Annat", "Other"),
)

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
             short_en="Purpose: integrate people into work", required=True, choices=PURPOSE,
             reference="per referensdatum"),
    Question("crit_participation", "choice", PAGE, "A", "Hur är medarbetarna delaktiga?",
             "How do those who work with you take part in decisions?",
             "Genom ägande, avtal eller på annat väl dokumenterat sätt.",
             "Through ownership, an agreement or in another well documented way.",
             "Delaktighet för medarbetarna", "Participation", required=True,
             choices=PARTICIPATION, reference="per referensdatum"),
    Question("crit_reinvest", "choice", PAGE, "A",
             "Återinvesterar ni vinsten i huvudsak i den egna eller liknande verksamhet?",
             "Do you mainly reinvest profits in your own or similar activities?",
             "Senast avslutade räkenskapsår.", "The latest financial year to have ended.",
             "Återinvesterar vinsten", "Reinvests profits", required=True, choices=REINVEST,
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
             short_sv="Certifiering", short_en="Certification", choices=CERTIFICATION,
             reference="per referensdatum"),
    Question("certification_year", "year", PAGE, "A", "Vilket år blev ni certifierade?",
             "In which year were you certified?", "Bara om ni är certifierade.",
             "Only if you are certified.", "Certifierat år", "Year of certification",
             "år", "year", minimum=2019, maximum="{year}"),
    Question("skoopi_member", "yes_no", PAGE, "A", "Är ni medlemmar i Skoopi?",
             "Are you a member of Skoopi?", short_sv="Medlem i Skoopi",
             short_en="Member of Skoopi", reference="per referensdatum"),
)
SERVICES_AND_PLACES = (
    Question("services", "several", PAGE, "C",
             "Vilka arbetsintegrerande tjänster erbjuder ni?",
             "Which work-integration services do you offer?", "Välj alla som stämmer.",
             "Choose all that apply.", "Tjänster", "Services", choices=SERVICES,
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
# fmt: on
