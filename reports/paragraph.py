"""A year in one paragraph, written from the data: every figure the printed report carries."""

from collections.abc import Sequence

from reports.charts import BREAKS, COUNTY, Language, Point
from reports.figures.frame import written
from reports.open_data import OpenData
from reports.words import change, joined, upper_first

WISE = {
    "sv": ("arbetsintegrerande socialt företag", "arbetsintegrerande sociala företag"),
    "en": ("work-integrating social enterprise", "work-integrating social enterprises"),
}
PROVINCES = (("HALSINGLAND", "Hälsingland"), ("GASTRIKLAND", "Gästrikland"))
REFERRERS = (
    ("placed_af", ("av Arbetsförmedlingen", "by the Employment Service")),
    ("placed_kommun", ("av kommunen", "by a municipality")),
    ("placed_other", ("av övriga", "by others")),
)


def paragraph(data: OpenData, year: int, language: Language = "sv") -> str:
    """The sentences of one year; "" when the year has no inventory."""
    if all(_point(data, indicator, year) is None for indicator, _ in FOLLOWED):
        return ""
    sentences = [
        _enterprises(data, year, language),
        _employees(data, year, language),
        _placed(data, year, language),
        _compared(data, year, language),
        _reached(data, year, language),
        _places(data, year, language),
        _answered(data, year, language),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def paragraphs(data: OpenData, language: Language) -> list[tuple[int, str]]:
    """Every year that is not invented, newest first; the invented ones if there are no others."""
    points = (data.points.get((COUNTY, indicator), []) for indicator, _ in FOLLOWED)
    every = {point.year for found in points for point in found}
    years = sorted(every - data.examples or every, reverse=True)
    return [(year, paragraph(data, year, language)) for year in years]


def _point(data: OpenData, indicator: str, year: int, area: str = COUNTY) -> Point | None:
    points = data.points.get((area, indicator), [])
    return next((point for point in points if point.year == year), None)


def _value(data: OpenData, indicator: str, year: int, area: str = COUNTY) -> int | None:
    point = _point(data, indicator, year, area)
    return None if point is None or point.value is None else int(point.value)


def counted(value: int, forms: tuple[str, str], none: str, language: Language) -> str:
    """ "1 kvinna", "2 kvinnor", and for none its own words."""
    if not value:
        return none
    return f"{written(value, language)}\u00a0{forms[0 if value == 1 else 1]}"


def _enterprises(data: OpenData, year: int, language: Language) -> str:
    value = _value(data, "enterprises", year)
    if _point(data, "enterprises", year) is None:
        return {
            "sv": f"Hur många {WISE['sv'][1]} som fanns i länet hösten {year} säger källan inte.",
            "en": f"How many {WISE['en'][1]} there were in the county in autumn {year},"
            " the source does not say.",
        }[language]
    if value is None:
        return {
            "sv": f"Antalet företag {year} är dolt för att skydda enskilda.",
            "en": f"The number of enterprises in {year} is hidden to protect individuals.",
        }[language]
    one, many = WISE[language]
    registered = {
        "sv": ("registrerat " + one, "registrerade " + many),
        "en": ("registered " + one, "registered " + many),
    }[language]
    none = {"sv": f"inga registrerade {many}", "en": f"no registered {many}"}[language]
    things = counted(value, registered, none, language)
    head = {
        "sv": f"Hösten {year} fanns {things} i länet",
        "en": f"In autumn {year} there {'was' if value == 1 else 'were'} {things} in the county",
    }[language]
    where = _where(data, year, language)
    return f"{head}: {where}." if where else f"{head}."


def _where(data: OpenData, year: int, language: Language) -> str:
    found = [(name, _value(data, "enterprises", year, code)) for code, name in PROVINCES]
    word = "i" if language == "sv" else "in"
    return joined(
        [f"{written(n, language)} {word} {name}" for name, n in found if n is not None], language
    )


def _employees(data: OpenData, year: int, language: Language) -> str:
    value = _value(data, "employees", year)
    if value is None:
        return _hidden(data, "employees", year, ("anställda", "employees"), language)
    if not value:
        return {"sv": "De hade inga anställda.", "en": "They had no employees."}[language]
    forms = {"sv": ("anställd", "anställda"), "en": ("employee", "employees")}[language]
    head = f"{'De hade' if language == 'sv' else 'They had'} {counted(value, forms, '', language)}"
    parts = _genders(data, year, language)
    return f"{head}: {parts}." if parts else f"{head}."


def _genders(data: OpenData, year: int, language: Language) -> str:
    people = {
        "sv": (
            ("employees_women", ("kvinna", "kvinnor"), "inga kvinnor"),
            ("employees_men", ("man", "män"), "inga män"),
        ),
        "en": (
            ("employees_women", ("woman", "women"), "no women"),
            ("employees_men", ("man", "men"), "no men"),
        ),
    }[language]
    phrases = []
    for indicator, forms, none in people:
        if (value := _value(data, indicator, year)) is not None:
            phrases.append(counted(value, forms, none, language))
    unknown = _value(data, "employees_gender_not_stated", year)
    if unknown:
        stated = "vars kön inte angetts" if language == "sv" else "whose gender was not stated"
        phrases.append(f"{written(unknown, language)} {stated}")
    return joined(phrases, language)


def _placed(data: OpenData, year: int, language: Language) -> str:
    value = _value(data, "placed", year)
    if value is None:
        return _hidden(data, "placed", year, ("placerade", "people placed"), language)
    if not value:
        return {"sv": "Ingen var placerad hos dem.", "en": "Nobody was placed with them."}[language]
    forms = {
        "sv": ("person var placerad", "personer var placerade"),
        "en": ("person was placed", "people were placed"),
    }[language]
    things = counted(value, forms, "", language)
    head = f"{things} {'hos dem' if language == 'sv' else 'with them'}"
    place = 0 if language == "sv" else 1
    found = [
        (words[place] + _unpaid(name, year, language), _value(data, name, year))
        for name, words in REFERRERS
    ]
    parts = joined([f"{written(n, language)} {who}" for who, n in found if n is not None], language)
    return f"{head}{': ' + parts if parts else ''}.{_discrepancy(data, year, language)}"


def _unpaid(indicator: str, year: int, language: Language) -> str:
    """Before the break in the series, others are counted only without compensation."""
    if any(indicator in held.indicators and year < held.year for held in BREAKS):
        return {"sv": " utan ersättning", "en": " without compensation"}[language]
    return ""


def _discrepancy(data: OpenData, year: int, language: Language) -> str:
    row = next(
        (r for r in data.discrepancies if (r.indicator, r.period) == ("placed", str(year))), None
    )
    if row is None:
        return ""
    stated, parts = written(row.stated, language), written(row.parts_sum, language)
    return {
        "sv": f" (Källan anger {stated}, men delarna summerar till {parts}.)",
        "en": f" (The source states {stated}, but the parts add up to {parts}.)",
    }[language]


def _hidden(
    data: OpenData, indicator: str, year: int, things: tuple[str, str], language: Language
) -> str:
    if _point(data, indicator, year) is None:
        return ""
    return {
        "sv": f"Antalet {things[0]} är dolt för att skydda enskilda.",
        "en": f"The number of {things[1]} is hidden to protect individuals.",
    }[language]


FOLLOWED = (
    ("enterprises", ("företag", "enterprises")),
    ("employees", ("anställda", "employees")),
    ("placed", ("placerade", "people placed")),
)
VERBS = {
    "up": ("ökade {}", "{} rose"),
    "down": ("minskade {}", "{} fell"),
    "steady": ("var {} i stort sett oförändrat", "{} hardly changed"),
    "same": ("var {} oförändrat", "{} did not change"),
}


def _compared(data: OpenData, year: int, language: Language) -> str:
    """What rose, fell or stood still since the year before, by the rule in words.py."""
    groups: dict[str, list[str]] = {}
    for indicator, things in FOLLOWED:
        before, after = _value(data, indicator, year - 1), _value(data, indicator, year)
        if before is None or after is None:
            continue
        way = "same" if before == after else change(before, after)
        groups.setdefault(way, []).append(things[0 if language == "sv" else 1])
    if not groups:
        return ""
    clauses = [_clause(way, things, language) for way, things in groups.items()]
    head = {"sv": f"Jämfört med {year - 1} ", "en": f"Compared with {year - 1}, "}[language]
    return f"{head}{joined(clauses, language)}."


def _clause(way: str, things: Sequence[str], language: Language) -> str:
    what = {
        "sv": f"antalet {joined(list(things), 'sv')}",
        "en": f"the number of {joined(list(things), 'en')}",
    }[language]
    return VERBS[way][0 if language == "sv" else 1].format(what)


def _reached(data: OpenData, year: int, language: Language) -> str:
    point = _point(data, "reached", year)
    if point is None or point.value is None:
        return ""
    value, note = int(point.value), point.note.in_(language)
    forms = {"sv": ("person", "personer"), "en": ("person was", "people were")}[language]
    things = counted(value, forms, {"sv": "ingen", "en": "nobody was"}[language], language)
    head = {
        "sv": f"Under året nåddes {things} med information.",
        "en": f"During the year {things} reached with information.",
    }[language]
    return f"{head} {note}".strip()


def _places(data: OpenData, year: int, language: Language) -> str:
    granted, used = (_value(data, f"places_{name}", year) for name in ("granted", "used"))
    if granted is None or used is None:
        return ""
    forms = {
        "sv": ("handledarstödd plats", "handledarstödda platser"),
        "en": ("supervised place", "supervised places"),
    }[language]
    none = {"sv": "inga handledarstödda platser", "en": "no supervised places"}[language]
    things = counted(granted, forms, none, language)
    if language == "sv":
        users = {0: "ingen användes", 1: "en användes"}.get(used, f"{written(used, 'sv')} användes")
        head = f"Förbundet beviljade {things}; {users}"
    else:
        users = {0: "none was used", 1: "one was used"}.get(
            used, f"{written(used, 'en')} were used"
        )
        head = f"The association granted {things}; {users}"
    where = _by_municipality(data, year, language)
    return f"{head} ({where})." if where else f"{head}."


def _by_municipality(data: OpenData, year: int, language: Language) -> str:
    phrases = []
    for area in data.municipalities:
        granted = _value(data, "places_granted", year, area.code)
        used = _value(data, "places_used", year, area.code)
        if granted is not None and used is not None:
            a, b = written(granted, language), written(used, language)
            phrases.append(f"{area.official_name} {b} {'av' if language == 'sv' else 'of'} {a}")
    return ", ".join(phrases)


def _answered(data: OpenData, year: int, language: Language) -> str:
    row = next((row for row in data.coverage if row.year == year), None)
    if row is None or row.asked is None or row.answered is None:
        return {
            "sv": "Källan säger inte hur många av företagen som svarade.",
            "en": "The source does not say how many of the enterprises answered.",
        }[language]
    n, of = written(row.answered, language), written(row.asked, language)
    return upper_first(
        {
            "sv": f"{n} av {of} företag svarade.",
            "en": f"{n} of {of} {'enterprise' if row.asked == 1 else 'enterprises'} answered.",
        }[language]
    )
