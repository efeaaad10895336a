"""This inventory's questionnaire as data, in the order a person reads it.

A round keeps the copy it was opened with, so changing a question here changes the
next round and never one that has been asked. Names are never reused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from forms.questionnaire.business import FINANCES, INDUSTRY, PUBLIC_CONTRACTS
from forms.questionnaire.collaboration import COLLABORATION
from forms.questionnaire.form_and_places import FORM_AND_CRITERIA, SERVICES_AND_PLACES
from forms.questionnaire.people import PLACED as PLACED_IN_DETAIL
from forms.questionnaire.people import SUPPORT, TARGET_GROUPS, TRANSITIONS
from forms.questionnaire.question import Choice, Question
from forms.questionnaire.questionnaire import Questionnaire, Section

# Kept as a table that can be read through, not one argument a line.
# fmt: off
SECTIONS = (
    Section("foretaget", "Företaget", "The enterprise", "Företaget", "Enterprise",
            "Kontrollera det vi redan vet och fyll i resten.",
            "Check what we know already and fill in the rest."),
    Section("anstallda", "Anställda", "Employees", "Anställda", "Employees",
            "Räkna personer, inte heltider.", "Count persons, not full-time equivalents."),
    Section("placerade", "Placerade", "Placed persons", "Placerade", "Placed",
            "Personer som deltar utan att vara anställda hos er.",
            "Persons who take part without being employed by you."),
    # Only where the round has such questions; voluntary when all of them are.
    Section("arets-fragor", "Årets frågor", "This year’s questions", "Årets", "This year",
            "Frågor som samordnaren har lagt till.", "Questions that the coordinator has added."),
    Section("fler-fragor", "Frivilliga frågor", "Optional questions", "Frivilligt", "Optional",
            "Hoppa över det ni vill. Lämnar ni en ruta helt tom räknas den inte som ett svar.",
            "Skip what you like. A box left completely blank does not count as an answer.",
            optional=True),
    Section("granska", "Granska och lämna in", "Review and hand in", "Granska", "Review"),
)

# Statuses in which there is nobody to count.
GONE = ("closed", "moved_away", "no_longer_asf")

MUNICIPALITIES = tuple(
    Choice(code, name, name)
    for code, name in (
        ("2183", "Bollnäs"), ("2180", "Gävle"), ("2104", "Hofors"), ("2184", "Hudiksvall"),
        ("2161", "Ljusdal"), ("2132", "Nordanstig"), ("2101", "Ockelbo"), ("2121", "Ovanåker"),
        ("2181", "Sandviken"), ("2182", "Söderhamn"),
    )
)
STATUSES = (
    Choice("active", "Verksamt", "Active"),
    Choice("dormant", "Vilande", "Dormant"),
    Choice("closed", "Avvecklat", "Closed down"),
    Choice("moved_away", "Har flyttat ut ur länet", "Moved out of the county"),
    Choice("no_longer_asf", "Är inte längre ett ASF",
           "No longer a work-integrating social enterprise"),
)
REASONS = (
    Choice("hired", "Vi har anställt fler", "We have hired more people", ("employees_up",)),
    Choice("left", "Anställda har slutat", "Employees have left", ("employees_down",)),
    Choice("more_assigned", "Fler har anvisats till oss", "More people were assigned to us",
           ("placed_up",)),
    Choice("fewer_assigned", "Färre har anvisats till oss", "Fewer people were assigned to us",
           ("placed_down",)),
    Choice("placed_hired", "Placerade har fått anställning", "Placed persons have been employed",
           ("employees_up", "placed_down")),
    Choice("begun", "Ny verksamhet eller sammanslagning", "New activity or merger",
           ("employees_up", "placed_up")),
    Choice("ended", "En verksamhet har lagts ner eller delats", "An activity was closed or split",
           ("employees_down", "placed_down")),
    Choice("counted_differently", "Vi räknar på annat sätt i år",
           "We count differently this year"),
    Choice("last_year_wrong", "Förra årets siffra var fel", "Last year’s figure was wrong"),
    Choice("other", "Något annat", "Something else"),
)


def _count(name: str, section: str, label_sv: str, label_en: str, **more: Any) -> Question:
    return Question(
        name, "whole_number", section, "1", label_sv, label_en,
        unit_sv="personer", unit_en="persons", minimum=0, maximum=9999,
        reference="per referensdatum", **more,
    )


ENTERPRISE = (
    Question("enterprise_name", "text", "foretaget", "0", "Företagets namn",
             "Name of the enterprise", "Namnet som det är registrerat.",
             "The name as registered.", "Namn", "Name", required=True, maximum=200,
             autocomplete="organization"),
    Question("org_number", "org_number", "foretaget", "0", "Organisationsnummer",
             "Organisation number",
             "Tio siffror. Har verksamheten inget eget nummer: ange moderorganisationens nummer"
             " och fyll i enhetens namn.",
             "Ten digits. If the activity has no number of its own, give the parent"
             " organisation’s number and fill in the unit’s name.",
             "Org.nummer", "Org. number", required=True),
    Question("unit_name", "text", "foretaget", "0", "Enhetens namn", "Name of the unit",
             "Bara om ASF är en egen resultatenhet i en större organisation.",
             "Only if the enterprise is a unit of a larger organisation.", "Enhet", "Unit",
             maximum=200),
    Question("municipality_code", "municipality", "foretaget", "0",
             "Kommun där verksamheten bedrivs", "Municipality of operation",
             "Välj den kommun där de flesta arbetar.",
             "Choose the municipality where most people work.", "Kommun", "Municipality",
             required=True, choices=MUNICIPALITIES, series_core=True,
             reference="per referensdatum"),
    Question("status", "choice", "foretaget", "0", "Företagets läge",
             "Status of the enterprise", "Läget på räknedagen.",
             "The status on the reference date.", "Läge", "Status", required=True, choices=STATUSES,
             series_core=True, reference="per referensdatum"),
    Question("as_of_date", "date", "foretaget", "0", "Uppgifterna avser läget den",
             "The figures refer to", "Ändra bara om ni räknade en annan dag.",
             "Change this only if you counted on another day.", "Uppgifterna avser",
             "Figures refer to", required=True, series_core=True),
    Question("respondent_name", "text", "foretaget", "0", "Ert namn", "Your name",
             "Bara samordnaren ser vem som har svarat.",
             "Only the coordinator sees who has answered.", "Uppgiftslämnare", "Respondent",
             required=True, maximum=200, private=True, autocomplete="name"),
    Question("respondent_role", "text", "foretaget", "0", "Er roll", "Your role",
             "Till exempel verksamhetschef.", "For example, operations manager.", "Roll", "Role",
             maximum=200, private=True, autocomplete="organization-title"),
    Question("respondent_contact", "contact", "foretaget", "0", "E-post eller telefon",
             "Email or telephone", "Dit vi hör av oss om något är oklart.",
             "Where we can reach you if something is unclear.", "Kontakt", "Contact",
             required=True, maximum=200, private=True),
)
EMPLOYEES = (
    _count("employees_total", "anstallda", "Antal anställda personer", "Number of employees",
           help_sv="Alla med anställningsavtal den dagen, hel- och deltid, med eller utan"
           " lönestöd, även handledare. Den som har lönebidrag är anställd, inte placerad.",
           help_en="Everyone with an employment contract on that day, full and part time, with or"
           " without wage support, supervisors too. A person with a wage subsidy is employed,"
           " not placed.",
           short_sv="Anställda", short_en="Employees", nouns_sv=("anställd", "anställda"),
           nouns_en=("employee", "employees"), required=True, series_core=True),
    _count("employees_women", "anstallda", "varav kvinnor", "of whom women",
           help_sv="Juridiskt kön.", help_en="Legal gender.", nouns_sv=("kvinna", "kvinnor"),
           nouns_en=("woman", "women"), required=True, part_of="employees_total",
           series_core=True),
    _count("employees_men", "anstallda", "varav män", "of whom men",
           help_sv="Juridiskt kön.", help_en="Legal gender.", nouns_sv=("man", "män"),
           nouns_en=("man", "men"), required=True, part_of="employees_total", series_core=True),
    _count("employees_gender_not_stated", "anstallda", "varav kön ej angivet",
           "of whom gender not stated", help_sv="Lämna tomt om alla är kända.",
           help_en="Leave blank if all are known.", nouns_sv=("ej angivet", "ej angivet"),
           nouns_en=("not stated", "not stated"), part_of="employees_total"),
)
PLACED = (
    Question("placed_total", "computed", "placerade", "1",
             "Antal personer placerade i olika åtgärder", "Number of placed persons",
             "Arbetsträning, praktik, arbetsprövning, rehabilitering, daglig verksamhet eller"
             " sysselsättning. Räknas ut av delarna nedan.",
             "Work training, internship, work capacity assessment, rehabilitation, daily"
             " activities or occupation. Worked out from the parts below.",
             "Placerade", "Placed", "personer", "persons", ("placerad", "placerade"),
             ("placed person", "placed persons"), minimum=0, series_core=True,
             reference="per referensdatum"),
    _count("placed_af", "placerade", "varav av Arbetsförmedlingen",
           "of whom by the Public Employment Service",
           help_sv="Även via en leverantör till Arbetsförmedlingen.",
           help_en="Also through one of its providers.",
           nouns_sv=("av Arbetsförmedlingen",) * 2,
           nouns_en=("by the Public Employment Service",) * 2,
           required=True, part_of="placed_total", series_core=True),
    _count("placed_kommun", "placerade", "varav av kommunen", "of whom by a municipality",
           help_sv="Arbetsmarknadsenhet, socialtjänst (försörjningsstöd, sysselsättning enligt"
           " SoL) eller daglig verksamhet enligt LSS, oavsett kommun.",
           help_en="Labour market unit, social services (social assistance, occupation) or daily"
           " activities under LSS, whichever the municipality.",
           nouns_sv=("av kommunen",) * 2, nouns_en=("by a municipality",) * 2,
           required=True, part_of="placed_total", series_core=True),
    _count("placed_other_unpaid", "placerade", "varav övriga utan ersättning",
           "of whom others without compensation",
           help_sv="Ingen betalar företaget, till exempel egen praktik eller ideellt arbete som"
           " ett led i rehabilitering.",
           help_en="Nobody pays the enterprise, for example an internship that the person has"
           " found, or voluntary work as part of rehabilitation.",
           nouns_sv=("utan ersättning",) * 2, nouns_en=("without compensation",) * 2,
           required=True, part_of="placed_total", series_core=True),
    _count("placed_other_paid", "placerade", "varav övriga med ersättning",
           "of whom others with compensation",
           help_sv="Någon annan betalar, till exempel Försäkringskassan, regionen eller"
           " Kriminalvården.",
           help_en="Someone else pays, for example the Social Insurance Agency, the region or the"
           " Prison and Probation Service.",
           nouns_sv=("med ersättning",) * 2, nouns_en=("with compensation",) * 2,
           part_of="placed_total"),
)
# Asked on the page where a change was seen, not on a page of their own.
CHANGE = (
    Question("change_reasons", "several", "forandring", "1", "Vad förklarar förändringen?",
             "What explains the change?", short_sv="Er förklaring", short_en="Your explanation",
             choices=REASONS),
    Question("comment_changes", "long_text", "forandring", "1", "Berätta med en mening",
             "Tell us in a sentence", "Skriv inga namn eller uppgifter om enskilda personer.",
             "Do not write names or anything about individual persons.", "Er förklaring",
             "Your explanation", maximum=1000, reviewed=True),
)
CERTIFY = (
    Question("certify", "yes_no", "granska", "1", "Uppgifterna är kontrollerade",
             "The figures have been checked", required=True),
)

# In the order of the modules' letters.
MODULE_QUESTIONS = (
    *FORM_AND_CRITERIA, *INDUSTRY, *SERVICES_AND_PLACES, *SUPPORT, *PLACED_IN_DETAIL,
    *TARGET_GROUPS, *TRANSITIONS, *PUBLIC_CONTRACTS, *FINANCES, *COLLABORATION,
)

# fmt: on


def questionnaire(year: int) -> Questionnaire:
    """The questionnaire to ask in a year; its dates and years are bound to that year."""
    everything = (*ENTERPRISE, *EMPLOYEES, *PLACED, *CHANGE, *MODULE_QUESTIONS, *CERTIFY)
    bounds: dict[str, dict[str, Any]] = {
        "as_of_date": {"minimum": f"{year}-09-01", "maximum": f"{year}-11-30"},
        "start_year": {"minimum": 1980, "maximum": year},
        "certification_year": {"minimum": 2019, "maximum": year},
    }
    return Questionnaire(tuple(replace(q, **bounds.get(q.name, {})) for q in everything))


def as_dicts(year: int) -> list[dict[str, Any]]:
    """The questionnaire of a year as a round keeps it."""
    return [question.to_dict() for question in questionnaire(year).questions]
