"""What the checks that no respondent is asked about tell the coordinator who reviews."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext


def _(sentence: str, **values: Any) -> str:
    return str(gettext(sentence, **values))


REVIEW_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "mostly_unpaid": (
        lambda f: _(
            "%(now)s av %(total)s placerade är övriga utan ersättning.",
            now=f["now"],
            total=f["total"],
        )
    ),
    "more_placed_than_places": (
        lambda f: _("%(now)s placerade på %(other)s platser.", now=f["now"], other=f["other"])
    ),
    "women_share_shifted": (
        lambda f: _(
            "Andelen kvinnor har ändrats från %(before)s till %(now)s procent.",
            before=f["before"],
            now=f["now"],
        )
    ),
    "employees_exactly_the_same": (
        lambda _f: _("Anställda, kvinnor och män är exakt lika många som förra året.")
    ),
    "placed_exactly_the_same": (
        lambda _f: _("Placerade är exakt lika många som förra året, del för del.")
    ),
    "gender_not_stated_used": (
        lambda f: _("För %(now)s anställda är kön inte angivet.", now=f["now"])
    ),
    "paid_others_used": (
        lambda f: _(
            "%(now)s placerade är övriga med ersättning. Delen saknas i tidigare år.", now=f["now"]
        )
    ),
    "another_day": (lambda _f: _("Uppgifterna avser en annan dag än räknedagen.")),
    "name_changed": (lambda f: _("Förra året hette företaget %(before)s.", **f)),
    "municipality_changed": (lambda _f: _("Företaget har bytt kommun sedan förra året.")),
    "start_year_changed": (lambda f: _("Förra året angavs startåret %(before)s.", **f)),
    "form_fits_number": (
        lambda f: _(
            "Organisationsnumret brukar börja med %(expected)s för den juridiska formen.", **f
        )
    ),
    "purpose_in_doubt": (lambda _f: _("Kriteriet om ändamål är inte helt uppfyllt.")),
    "participation_in_doubt": (lambda _f: _("Kriteriet om delaktighet är inte uppfyllt.")),
    "reinvestment_in_doubt": (lambda _f: _("Kriteriet om vinsten är inte uppfyllt.")),
    "nobody_without_support": (lambda _f: _("Alla anställda är angivna med lönestöd.")),
    "small_target_group": (
        lambda f: _("Målgruppen är %(now)s procent av alla som sysselsätts.", now=f["now"])
    ),
    "many_into_work_here": (
        lambda f: _(
            "%(now)s har gått från placering till anställning. Det är fler än förra årets"
            " %(placed)s placerade och ökningen av anställda.",
            now=f["now"],
            placed=f["placed"],
        )
    ),
    "many_unknown": (
        lambda f: _(
            "För %(now)s av %(total)s övergångar är det okänt vart personen gick.",
            now=f["now"],
            total=f["total"],
        )
    ),
    "turnover_per_employee": (
        lambda f: _(
            "Omsättningen %(now)s tkr är liten för %(employed)s anställda. Kan den vara fel"
            " tusental?",
            now=f["now"],
            employed=f["employed"],
        )
    ),
    "industry_changed": (lambda f: _("Förra året angavs branschen %(before)s.", **f)),
    "partnership_with_company": (
        lambda _f: _("Ett IOP brukar kräva en idéburen part, men företaget är ett aktiebolag.")
    ),
    "independence_in_doubt": (
        lambda _f: _("Kriteriet om fristående organisation är inte uppfyllt.")
    ),
    "placed_without_services": (lambda _f: _("Det finns placerade men inga tjänster är valda.")),
}
