"""A year in one paragraph, written from the data: every figure the printed report carries."""

from collections.abc import Sequence

from reports.data.chart_model import COUNTY, Language
from reports.data.chart_numbers import BREAKS
from reports.data.model import OpenData
from reports.text.changes import FOLLOWED, compared, hidden, hidden_in
from reports.text.grammar import NB, joined, written
from survey_data.geography import PROVINCES

# None, one and many of what is counted.
FORMS: dict[str, dict[Language, tuple[str, str, str]]] = {
    "enterprises": {
        "sv": ("inga registrerade arbetsintegrerande sociala företag",
               "registrerat arbetsintegrerande socialt företag",
               "registrerade arbetsintegrerande sociala företag"),
        "en": ("no registered work-integrating social enterprises",
               "registered work-integrating social enterprise",
               "registered work-integrating social enterprises"),
    },
    "employees": {"sv": ("inga anställda", "anställd", "anställda"),
                  "en": ("no employees", "employee", "employees")},
    "employees_women": {"sv": ("inga kvinnor", "kvinna", "kvinnor"),
                        "en": ("no women", "woman", "women")},
    "employees_men": {"sv": ("inga män", "man", "män"), "en": ("no men", "man", "men")},
    "placed": {"sv": ("ingen var placerad", "person var placerad", "personer var placerade"),
               "en": ("nobody was placed", "person was placed", "people were placed")},
    "reached": {"sv": ("ingen", "person", "personer"),
                "en": ("nobody was", "person was", "people were")},
    "places": {
        "sv": ("inga handledarstödda platser", "handledarstödd plats", "handledarstödda platser"),
        "en": ("no supervised places", "supervised place", "supervised places"),
    },
}  # fmt: skip
REFERRERS = (
    ("placed_af", ("av Arbetsförmedlingen", "by the Employment Service")),
    ("placed_kommun", ("av kommunerna", "by the municipalities")),
    ("placed_other", ("av övriga", "by others")),
)

GENDERS = ("employees_women", "employees_men", "employees_gender_not_stated")


def paragraph(data: OpenData, year: int, language: Language = "sv") -> str:
    """The sentences of one year; of one without an inventory only what the association did."""
    if not _has_inventory(data, year):
        return _own_work(data, year, language)
    sentences = [
        _enterprises(data, year, language),
        _employees(data, year, language),
        _placed(data, year, language),
        _hidden(data, year, language),
        compared(data, year, language),
        _reached(data, year, language),
        _places(data, year, language),
        _answered(data, year, language),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _has_inventory(data: OpenData, year: int) -> bool:
    return any(data.point(indicator, year) is not None for indicator in FOLLOWED)


def _own_work(data: OpenData, year: int, language: Language) -> str:
    reached = _reached(data, year, language, str(year))
    places = _places(data, year, language, "" if reached else str(year))
    return f"{reached} {places}".strip()


def paragraphs(data: OpenData, language: Language) -> list[tuple[int, str]]:
    """Every year that is not invented, newest first; the invented ones if there are no others."""
    followed = (*FOLLOWED, "reached", "places_granted")
    points = (data.points.get((COUNTY, indicator), []) for indicator in followed)
    every = {point.year for found in points for point in found}
    years = sorted(every - data.examples or every, reverse=True)
    return [(year, paragraph(data, year, language)) for year in years]


def leading(data: OpenData, found: Sequence[tuple[int, str]]) -> int:
    """How many paragraphs to show at once: up to the latest year that has an inventory."""
    inventories = [_has_inventory(data, year) for year, _ in found]
    return inventories.index(True) + 1 if True in inventories else len(inventories)


def counted(key: str, value: int, language: Language) -> str:
    """ "1 kvinna", "2 kvinnor", and for none its own words."""
    none, one, many = FORMS[key][language]
    return f"{written(value, language)}{NB}{one if value == 1 else many}" if value else none


def _enterprises(data: OpenData, year: int, language: Language) -> str:
    value = data.value("enterprises", year)
    if data.point("enterprises", year) is None:
        return {
            "sv": "Hur många arbetsintegrerande sociala företag som fanns i länet hösten"
            f" {year} säger källan inte.",
            "en": "How many work-integrating social enterprises there were in the county in autumn"
            f" {year}, the source does not say.",
        }[language]
    if value is None:
        return hidden(hidden_in(data, year), year, language)
    things = counted("enterprises", value, language)
    head = {
        "sv": f"Hösten {year} fanns {things} i länet",
        "en": f"In autumn {year} there {'was' if value == 1 else 'were'} {things} in the county",
    }[language]
    return head + _where(data, year, language)


def _where(data: OpenData, year: int, language: Language) -> str:
    word = "i" if language == "sv" else "in"
    # A single province is the county over again.
    named = PROVINCES if len(PROVINCES) > 1 else ()
    found = {p.name: data.value("enterprises", year, p.code) for p in named}
    phrases = {
        f"{written(n, language)} {word} {name}": n for name, n in found.items() if n is not None
    }
    is_seen = len(phrases) == len(found)
    return _parts(phrases, data.value("enterprises", year), language, is_seen=is_seen)


def _parts(phrases: dict[str, int], total: int | None, language: Language, *, is_seen: bool) -> str:
    """The end of a sentence: its parts after a colon, or those of them that there are."""
    if not phrases:
        return "."
    are_all = is_seen or sum(phrases.values()) == total
    some = {"sv": ", varav", "en": ", of them"}[language]
    return f"{':' if are_all else some} {joined(list(phrases), language)}."


def _hidden(data: OpenData, year: int, language: Language) -> str:
    """What is hidden, unless the paragraph began with it."""
    keys = hidden_in(data, year)
    return "" if "enterprises" in keys else hidden(keys, None, language)


def _they(data: OpenData, year: int, language: Language) -> tuple[str, str]:
    """The enterprises as they begin a sentence and after "hos": as many as were just named."""
    found = data.value("enterprises", year)
    if found is None:
        return {"sv": ("Företagen", "företagen"), "en": ("The enterprises", "the enterprises")}[
            language
        ]
    if found == 1:
        return {"sv": ("Företaget", "företaget"), "en": ("It", "it")}[language]
    return {"sv": ("De", "dem"), "en": ("They", "them")}[language]


def _is_nothing(data: OpenData, indicator: str, year: int) -> bool:
    """Whether there is nothing to say: no figure to show, or none at no enterprises."""
    value = data.value(indicator, year)
    return value is None or (not value and data.value("enterprises", year) == 0)


def _employees(data: OpenData, year: int, language: Language) -> str:
    if _is_nothing(data, "employees", year):
        return ""
    value, (they, _) = data.value("employees", year) or 0, _they(data, year, language)
    had = "hade" if language == "sv" else "had"
    head = f"{they} {had} {counted('employees', value, language)}"
    return head + (_genders(data, year, language) if value else ".")


def _genders(data: OpenData, year: int, language: Language) -> str:
    found = {key: data.value(key, year) for key in GENDERS}
    unknown = found.pop("employees_gender_not_stated")
    phrases = {counted(key, n, language): n for key, n in found.items() if n is not None}
    if unknown:
        stated = "vars kön inte angetts" if language == "sv" else "whose gender was not stated"
        phrases[f"{written(unknown, language)} {stated}"] = unknown
    points = [data.point(indicator, year) for indicator in GENDERS]
    is_seen = not any(point and point.value is None for point in points)
    return _parts(phrases, data.value("employees", year), language, is_seen=is_seen)


def _placed(data: OpenData, year: int, language: Language) -> str:
    if _is_nothing(data, "placed", year):
        return ""
    value, (_, them) = data.value("placed", year), _they(data, year, language)
    if not value:
        return {"sv": f"Ingen var placerad hos {them}.", "en": f"Nobody was placed with {them}."}[
            language
        ]
    with_ = "hos" if language == "sv" else "with"
    head = f"{counted('placed', value, language)} {with_} {them}"
    phrases = {}
    for name, words in REFERRERS:
        if (n := data.value(name, year)) is not None:
            who = words[language == "en"] + _unpaid(name, year, language)
            phrases[f"{written(n, language)} {who}"] = n
    parts = _parts(phrases, value, language, is_seen=len(phrases) == len(REFERRERS))
    return f"{head}{parts}{_discrepancy(data, year, language)}"


def _unpaid(indicator: str, year: int, language: Language) -> str:
    """Before the break in the series, others are counted only without compensation."""
    if any(indicator in each.indicators and year < each.year for each in BREAKS):
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


def _reached(data: OpenData, year: int, language: Language, when: str = "") -> str:
    """How many were reached; `when` names the year where nothing before has."""
    point = data.point("reached", year)
    if point is None or point.value is None:
        return ""
    value, note = int(point.value), point.note.in_(language)
    things = counted("reached", value, language)
    head = {
        "sv": f"Under {when or 'året'} nåddes {things} med information.",
        "en": f"{f'In {when}' if when else 'During the year'} {things} reached with information.",
    }[language]
    return f"{head} {note}".strip()


def _places(data: OpenData, year: int, language: Language, when: str = "") -> str:
    """How many places were granted and used; `when` names the year where nothing before has."""
    granted, used = (data.value(f"places_{name}", year) for name in ("granted", "used"))
    if granted is None:
        return ""
    if language == "sv":
        granting = f"Under {when} beviljade förbundet" if when else "Förbundet beviljade"
    else:
        granting = f"In {when} the association granted" if when else "The association granted"
    head = f"{granting} {counted('places', granted, language)}; {_used(used, language)}"
    where = _by_municipality(data, year, language)
    return f"{head} ({where})." if where else f"{head}."


def _used(used: int | None, language: Language) -> str:
    if used is None:
        return {
            "sv": "hur många som användes är dolt för att skydda enskilda",
            "en": "how many were used is hidden to protect individuals",
        }[language]
    n = written(used, language)
    return {
        "sv": {0: "ingen användes", 1: "en användes"}.get(used, f"{n} användes"),
        "en": {0: "none was used", 1: "one was used"}.get(used, f"{n} were used"),
    }[language]


def _by_municipality(data: OpenData, year: int, language: Language) -> str:
    phrases = []
    for area in data.municipalities:
        granted = data.value("places_granted", year, area.code)
        used = data.value("places_used", year, area.code)
        if granted is not None and used is not None:
            a, b = written(granted, language), written(used, language)
            phrases.append(f"{area.name} {b} {'av' if language == 'sv' else 'of'} {a}")
    return ", ".join(phrases)


def _answered(data: OpenData, year: int, language: Language) -> str:
    row = next((row for row in data.coverage if row.year == year), None)
    if row is None or row.asked is None or row.answered is None:
        return {
            "sv": "Källan säger inte hur många av företagen som svarade.",
            "en": "The source does not say how many of the enterprises answered.",
        }[language]
    if hidden_in(data, year):
        # Beside a hidden figure it would help whoever wants to work that out.
        return ""
    n, of = written(row.answered, language), written(row.asked, language)
    return {
        "sv": f"{n} av {of} företag svarade.",
        "en": f"{n} of {of} {'enterprise' if row.asked == 1 else 'enterprises'} answered.",
    }[language]
