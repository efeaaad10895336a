"""The core of the questionnaire, asked of everyone: the enterprise, its employees, the placed."""

from typing import Any

from forms.questionnaire.question import Choice, Question, choices_of
from survey_data.geography import MUNICIPALITIES


def count(name: str, section: str, label_sv: str, label_en: str, **more: Any) -> Question:
    """A number of persons, on the reference date where nothing else is said."""
    usual: dict[str, Any] = {
        "kind": "whole_number", "module": "1", "unit_sv": "personer", "unit_en": "persons",
        "minimum": 0, "maximum": 9999, "reference": "per referensdatum",
    }  # fmt: skip
    return Question(name, section=section, label_sv=label_sv, label_en=label_en, **(usual | more))


# Kept as a table that can be read through, not one argument a line.
# fmt: off
STATUSES = choices_of("status")
# Statuses in which there is nobody to count.
GONE = ("closed", "moved_away", "no_longer_asf")

ENTERPRISE = (
    Question("enterprise_name", "text", "foretaget", "0", "Företagets namn",
             "Name of the enterprise", "Namnet som det är registrerat.",
             "The name as registered.", "Namn", "Name", required=True, maximum=200,
             autocomplete="organization",
             spoken_sv="Jag har namnet här. Stämmer det?",
             spoken_en="I have the name here. Is it right?",
             missing_sv="Fyll i företagets namn",
             missing_en="Enter the name of the enterprise",
             column_names=("företag", "namn", "företagsnamn", "asf", "socialt företag",
                           "verksamhet", "enterprise", "name", "company")),
    Question("org_number", "org_number", "foretaget", "0", "Organisationsnummer",
             "Organisation number",
             "Tio siffror. Har verksamheten inget eget nummer: ange moderorganisationens nummer"
             " och fyll i enhetens namn.",
             "Ten digits. If the activity has no number of its own, give the parent"
             " organisation’s number and fill in the unit’s name.",
             "Org.nummer", "Org. number", required=True,
             spoken_sv="Stämmer organisationsnumret?",
             spoken_en="Is the organisation number right?",
             missing_sv="Fyll i företagets organisationsnummer",
             missing_en="Enter the organisation number of the enterprise",
             column_names=("orgnr", "org nr", "organisationsnr", "org nummer", "orgnummer",
                           "organization number", "org no")),
    Question("unit_name", "text", "foretaget", "0", "Enhetens namn", "Name of the unit",
             "Bara om ASF är en egen resultatenhet i en större organisation.",
             "Only if the enterprise is a unit of a larger organisation.", "Enhet", "Unit",
             maximum=200,
             spoken_sv="Är ni en enhet i en större organisation? Vad heter den?",
             spoken_en="Are you a unit of a larger organisation? What is the unit called?",
             column_names=("enhet", "enhetsnamn", "arbetsställe", "resultatenhet", "unit")),
    Question("municipality_code", "municipality", "foretaget", "0",
             "Kommun där verksamheten bedrivs", "Municipality of operation",
             "Välj den kommun där de flesta arbetar.",
             "Choose the municipality where most people work.", "Kommun", "Municipality",
             required=True, choices=tuple(Choice(m.code, m.name, m.name) for m in MUNICIPALITIES),
             series_core=True,
             reference="per referensdatum",
             spoken_sv="I vilken kommun arbetar de flesta?",
             spoken_en="In which municipality do most people work?",
             missing_sv="Välj den kommun där de flesta arbetar",
             missing_en="Choose the municipality where most people work",
             column_names=("kommun", "kommunkod", "kommunnamn", "ort", "municipality")),
    Question("status", "choice", "foretaget", "0", "Företagets läge",
             "Status of the enterprise", "Läget på räknedagen.",
             "The status on the reference date.", "Läge", "Status", required=True, choices=STATUSES,
             series_core=True, reference="per referensdatum",
             spoken_sv="Var företaget i gång på räknedagen?",
             spoken_en="Was the enterprise active on the reference date?",
             missing_sv="Välj företagets läge på räknedagen",
             missing_en="Choose the status of the enterprise on the reference date",
             column_names=("läge", "status", "verksamt")),
    Question("as_of_date", "date", "foretaget", "0", "Uppgifterna avser läget den",
             "The figures refer to", "Ändra bara om ni räknade en annan dag.",
             "Change this only if you counted on another day.", "Uppgifterna avser",
             "Figures refer to", required=True, minimum="{year}-09-01",
             maximum="{year}-11-30", series_core=True,
             spoken_sv="Gäller siffrorna räknedagen, eller en annan dag?",
             spoken_en="Are the figures for the reference date, or for another day?",
             missing_sv="Fyll i vilken dag uppgifterna avser",
             missing_en="Enter the date that the figures refer to",
             column_names=("datum", "räknedag", "per den", "referensdatum", "date")),
    Question("respondent_name", "text", "foretaget", "0", "Ert namn", "Your name",
             "Bara samordnaren ser vem som har svarat.",
             "Only the coordinator sees who has answered.", "Uppgiftslämnare", "Respondent",
             required=True, maximum=200, private=True, autocomplete="name",
             spoken_sv="Vem talar jag med?",
             spoken_en="Whom am I speaking with?",
             missing_sv="Fyll i ert namn",
             missing_en="Enter your name"),
    Question("respondent_role", "text", "foretaget", "0", "Er roll", "Your role",
             "Till exempel verksamhetschef.", "For example, operations manager.", "Roll", "Role",
             maximum=200, private=True, autocomplete="organization-title",
             read_with="respondent_name",
             spoken_sv="Vilken roll har du i företaget?",
             spoken_en="What is your role in the enterprise?"),
    Question("respondent_contact", "contact", "foretaget", "0", "E-post eller telefon",
             "Email or telephone", "Dit vi hör av oss om något är oklart.",
             "Where we can reach you if something is unclear.", "Kontakt", "Contact",
             required=True, maximum=200, private=True, read_with="respondent_name",
             spoken_sv="Hur når vi dig om något är oklart?",
             spoken_en="How do we reach you if something is unclear?",
             missing_sv="Fyll i er e-postadress eller ert telefonnummer",
             missing_en="Enter your email address or telephone number"),
)
EMPLOYEES = (
    count("employees_total", "anstallda", "Antal anställda personer", "Number of employees",
          help_sv="Alla med anställningsavtal den dagen, hel- och deltid, med eller utan"
          " lönestöd, även handledare. Den som har lönebidrag är anställd, inte placerad.",
          help_en="Everyone with an employment contract on that day, full and part time, with or"
          " without wage support, supervisors too. A person with a wage subsidy is employed,"
          " not placed.",
          short_sv="Anställda", short_en="Employees", nouns_sv=("anställd", "anställda"),
          nouns_en=("employee", "employees"), required=True, series_core=True,
          spoken_sv="Hur många var anställda den dagen?",
          spoken_en="How many were employed on that day?",
          missing_sv="Fyll i antalet anställda. Skriv 0 om ni inte har någon anställd",
          missing_en="Enter the number of employees. Enter 0 if you have none",
          column_names=("anställda", "antal anställda", "totalt anställda", "anställda totalt",
                        "anställda summa", "employees", "total employees")),
    count("employees_women", "anstallda", "varav kvinnor", "of whom women",
          help_sv="Juridiskt kön.", help_en="Legal gender.", nouns_sv=("kvinna", "kvinnor"),
          nouns_en=("woman", "women"), required=True, part_of="employees_total",
          series_core=True,
          spoken_sv="Hur många av dem är kvinnor?",
          spoken_en="How many of them are women?",
          column_names=("kvinnor", "anställda kvinnor", "antal kvinnor", "women")),
    count("employees_men", "anstallda", "varav män", "of whom men",
          help_sv="Juridiskt kön.", help_en="Legal gender.", nouns_sv=("man", "män"),
          nouns_en=("man", "men"), required=True, part_of="employees_total", series_core=True,
          spoken_sv="Hur många av dem är män?",
          spoken_en="How many of them are men?",
          column_names=("män", "anställda män", "antal män", "men")),
    count("employees_gender_not_stated", "anstallda", "varav kön ej angivet",
          "of whom gender not stated", help_sv="Lämna tomt om alla är kända.",
          help_en="Leave blank if all are known.", nouns_sv=("ej angivet", "ej angivet"),
          nouns_en=("not stated", "not stated"), part_of="employees_total",
          spoken_sv="Är det några där könet inte är känt?",
          spoken_en="Are there any whose gender is not known?",
          column_names=("kön ej angivet", "okänt kön", "övriga kön")),
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
             reference="per referensdatum",
             column_names=("placerade", "antal placerade", "placerade totalt",
                           "totalt placerade", "placed", "total placed")),
    count("placed_af", "placerade", "varav av Arbetsförmedlingen",
          "of whom by the Public Employment Service",
          help_sv="Även via en leverantör till Arbetsförmedlingen.",
          help_en="Also through one of its providers.",
          nouns_sv=("av Arbetsförmedlingen",) * 2,
          nouns_en=("by the Public Employment Service",) * 2,
          required=True, part_of="placed_total", series_core=True,
          spoken_sv="Hur många har Arbetsförmedlingen anvisat, även via en leverantör?",
          spoken_en="How many were assigned by the Public Employment Service, also through a"
          " provider?",
          missing_sv="Fyll i antalet placerade av Arbetsförmedlingen. Skriv 0 om det inte är"
          " någon",
          missing_en="Enter the number of persons placed by the Public Employment Service."
          " Enter 0 if there are none",
          column_names=("af", "arbetsförmedlingen", "placerade af",
                        "placerade arbetsförmedlingen", "placerade av af",
                        "placerade av arbetsförmedlingen", "varav af")),
    count("placed_kommun", "placerade", "varav av kommunen", "of whom by a municipality",
          help_sv="Arbetsmarknadsenhet, socialtjänst (försörjningsstöd, sysselsättning enligt"
          " SoL) eller daglig verksamhet enligt LSS, oavsett kommun.",
          help_en="Labour market unit, social services (social assistance, occupation) or daily"
          " activities under LSS, whichever the municipality.",
          nouns_sv=("av kommunen",) * 2, nouns_en=("by a municipality",) * 2,
          required=True, part_of="placed_total", series_core=True,
          spoken_sv="Hur många har en kommun anvisat?",
          spoken_en="How many were assigned by a municipality?",
          missing_sv="Fyll i antalet placerade av kommunen. Skriv 0 om det inte är någon",
          missing_en="Enter the number of persons placed by a municipality. Enter 0 if there"
          " are none",
          column_names=("kommunen", "placerade kommun", "placerade kommunen",
                        "placerade av kommunen", "varav kommun", "varav kommunen")),
    count("placed_other_unpaid", "placerade", "varav övriga utan ersättning",
          "of whom others without compensation",
          help_sv="Ingen betalar företaget, till exempel egen praktik eller ideellt arbete som"
          " ett led i rehabilitering.",
          help_en="Nobody pays the enterprise, for example an internship that the person has"
          " found, or voluntary work as part of rehabilitation.",
          nouns_sv=("utan ersättning",) * 2, nouns_en=("without compensation",) * 2,
          required=True, part_of="placed_total", series_core=True,
          spoken_sv="Hur många andra deltar utan att någon betalar er för det?",
          spoken_en="How many others take part without anyone paying you for it?",
          missing_sv="Fyll i antalet övriga utan ersättning. Skriv 0 om det inte är någon",
          missing_en="Enter the number of others without compensation. Enter 0 if there are"
          " none",
          column_names=("övriga", "övriga utan ersättning", "placerade övriga",
                        "placerade övriga utan ersättning", "utan ersättning", "varav övriga")),
    count("placed_other_paid", "placerade", "varav övriga med ersättning",
          "of whom others with compensation",
          help_sv="Någon annan betalar, till exempel Försäkringskassan, regionen eller"
          " Kriminalvården.",
          help_en="Someone else pays, for example the Social Insurance Agency, the region or the"
          " Prison and Probation Service.",
          nouns_sv=("med ersättning",) * 2, nouns_en=("with compensation",) * 2,
          part_of="placed_total",
          spoken_sv="Hur många andra deltar som någon annan betalar er för?",
          spoken_en="How many others take part that someone else pays you for?",
          column_names=("övriga med ersättning", "placerade övriga med ersättning",
                        "med ersättning")),
)
# Asked on the page where a change was seen, not on a page of their own.
CHANGE = (
    Question("change_reasons", "several", "forandring", "1", "Vad förklarar förändringen?",
             "What explains the change?", short_sv="Er förklaring", short_en="Your explanation",
             choices=choices_of("change_reasons")),
    Question("comment_changes", "long_text", "forandring", "1", "Berätta med en mening",
             "Tell us in a sentence", "Skriv inga namn eller uppgifter om enskilda personer.",
             "Do not write names or anything about individual persons.", "Er förklaring",
             "Your explanation", maximum=1000, reviewed=True),
)
CERTIFY = (
    Question("certify", "yes_no", "granska", "1", "Uppgifterna är kontrollerade",
             "The figures have been checked", required=True,
             spoken_sv="Stämmer uppgifterna, så att jag kan lämna in dem?",
             spoken_en="Are the figures right, so that I may hand them in?",
             missing_sv="Kryssa i att uppgifterna är kontrollerade",
             missing_en="Tick that the figures have been checked"),
)
# fmt: on
