"""What is published, declared once: name, words, unit, and which answers it sums.

The `indicators` table of open.db, the codebook and the board's charts all follow from here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Indicator:
    """One published measure: the sum of the answers to `questions`, part of the total `part_of`."""

    name: str
    label_sv: str
    label_en: str
    unit_sv: str
    unit_en: str
    definition_sv: str
    definition_en: str
    questions: tuple[str, ...] = ()
    part_of: str | None = None
    below_county: tuple[str, ...] = ()


PROVINCE = ("province",)
# Small areas get totals only: of a part there would be next to nothing left to show.
EVERYWHERE = ("province", "municipality")

PERSONS, PLACES = ("personer", "persons"), ("platser", "places")

# Kept as a table that can be read through, not one argument a line.
# fmt: off
INDICATORS = (
    Indicator("enterprises", "Företag", "Enterprises", "företag", "enterprises",
              "Arbetsintegrerande sociala företag i registret som är verksamma eller vilande på"
              " räknedagen.",
              "Work-integrating social enterprises in the register, operating or dormant on the"
              " reference date.",
              below_county=EVERYWHERE),
    Indicator("employees", "Anställda", "Employees", *PERSONS,
              "Personer med anställningsavtal på räknedagen, hel- och deltid, med eller utan"
              " lönestöd, även handledare.",
              "Persons with an employment contract on the reference date, full or part time,"
              " with or without wage support, supervisors included.",
              ("employees_total",), below_county=EVERYWHERE),
    Indicator("employees_women", "Anställda kvinnor", "Employees, women", *PERSONS,
              "Anställda kvinnor. Juridiskt kön.",
              "Employees who are women. Legal gender.",
              ("employees_women",), "employees", PROVINCE),
    Indicator("employees_men", "Anställda män", "Employees, men", *PERSONS,
              "Anställda män. Juridiskt kön.",
              "Employees who are men. Legal gender.",
              ("employees_men",), "employees", PROVINCE),
    Indicator("employees_gender_not_stated", "Anställda, kön ej angivet",
              "Employees, gender not stated", *PERSONS,
              "Anställda för vilka företaget inte angett kön.",
              "Employees for whom the enterprise did not state gender.",
              ("employees_gender_not_stated",), "employees", PROVINCE),
    Indicator("placed", "Placerade", "Persons placed", *PERSONS,
              "Personer som deltar i arbetsträning, praktik, rehabilitering, sysselsättning"
              " eller liknande utan att vara anställda i företaget.",
              "Persons in work training, internship, rehabilitation, occupation or the like who"
              " are not employed by the enterprise.",
              ("placed_af", "placed_kommun", "placed_other_unpaid", "placed_other_paid"),
              below_county=EVERYWHERE),
    Indicator("placed_af", "Placerade av Arbetsförmedlingen",
              "Placed by the Public Employment Service", *PERSONS,
              "Anvisade av Arbetsförmedlingen, även via en leverantör till Arbetsförmedlingen.",
              "Referred by the Public Employment Service, also through one of its providers.",
              ("placed_af",), "placed", PROVINCE),
    Indicator("placed_kommun", "Placerade av kommunen", "Placed by a municipality", *PERSONS,
              "Placerade av en kommuns arbetsmarknadsenhet, socialtjänst eller LSS-verksamhet.",
              "Placed by a municipality's labour market unit, social services or LSS activity.",
              ("placed_kommun",), "placed", PROVINCE),
    Indicator("placed_other", "Övriga placerade", "Placed by others", *PERSONS,
              "Placerade av någon annan än Arbetsförmedlingen och kommunen. 2016–2020 bara utan"
              " ersättning; därefter även med ersättning.",
              "Placed by someone other than the Public Employment Service or a municipality."
              " 2016–2020 only without compensation; afterwards also with.",
              ("placed_other_unpaid", "placed_other_paid"), "placed", PROVINCE),
    Indicator("reached", "Nådda med information", "Reached with information", *PERSONS,
              "Personer i målgruppen som fått information om arbetsintegrerande sociala företag"
              " under året.",
              "Persons in the target group given information on work-integrating social"
              " enterprises during the year."),
    Indicator("places_granted", "Beviljade handledarstödda platser",
              "Supervised places granted", *PLACES,
              "Platser med handledarstöd som förbundet beviljat under året.",
              "Places with supervision that the association granted during the year."),
    Indicator("places_used", "Nyttjade handledarstödda platser", "Supervised places used", *PLACES,
              "Beviljade platser som användes under året.",
              "Granted places that were used during the year."),
)
# fmt: on

BY_NAME = {indicator.name: indicator for indicator in INDICATORS}
ASKED = tuple(i for i in INDICATORS if i.questions)


def parts_of(total: str) -> tuple[str, ...]:
    """The names of the indicators that together make a total."""
    return tuple(i.name for i in INDICATORS if i.part_of == total)
