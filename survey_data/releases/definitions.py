"""What a release says of its variables (wording, years, breaks), its measures and its publisher."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from survey_data import settings
from survey_data.database import rows, scalar
from survey_data.geography import COUNTY
from survey_data.rounds.rounds import Round
from survey_data.statistics.indicators import INDICATORS, Indicator
from survey_data.statistics.published_tables import create

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
ASKED = (
    f"Arbetsintegrerande sociala företag i {COUNTY.official_name} som finns i registret på"
    " räknedagen.",
    f"Work-integrating social enterprises in the county of {COUNTY.name} that are in the register"
    " on the reference date.",
)
OWN_WORK = (
    "Samordningsförbundets egna insatser under kalenderåret.",
    "The coordination association's own activities in the calendar year.",
)
NEW_SOURCE = (
    "Ny källa: {now}. Året före: {before}.",
    "New source: {now}. The year before: {before}.",
)
NEW_WORDING = (
    "Frågan ställdes med andra ord än året före.",
    "The question was worded otherwise than the year before.",
)
PODCAST = (
    "Från 2020 räknas poddlyssnare inte med.",
    "From 2020, podcast listeners are not included.",
)


@dataclass(frozen=True)
class Measure:
    """One measure; its values are counts or shares of one year."""

    name: str
    label_sv: str
    label_en: str
    unit_sv: str
    unit_en: str
    explanation_sv: str
    explanation_en: str


_PER_CENT = ("procent", "per cent")
_ENTERPRISES = ("företag", "enterprises")
_DAYS = ("dagar", "days")
_FIGURES = ("värden", "values")

MEASURES = (
    Measure("frame", "Företag i urvalsramen", "Enterprises in the frame", *_ENTERPRISES,
            "Företag som bjöds in: alla i registret på räknedagen.",
            "Enterprises invited: all in the register on the reference date."),
    Measure("over_coverage", "Övertäckning", "Over-coverage", *_ENTERPRISES,
            "Inbjudna som visade sig ha upphört, flyttat eller inte längre vara ASF.",
            "Invited ones that turned out to have closed, moved or no longer be such enterprises."),
    Measure("response_rate", "Svarsandel", "Unit response rate", *_PER_CENT,
            "Företag som lämnat in, av dem som tillhör årets population.",
            "Enterprises that handed in, of those that belong to the year's population."),
    Measure("response_rate_with_partial", "Svarsandel, påbörjade medräknade",
            "Unit response rate, partials included", *_PER_CENT,
            "Även de som fyllt i anställda eller placerade men inte lämnat in.",
            "Also those who filled in employees or placed but did not hand in."),
    Measure("response_rate_weighted", "Svarsandel, vägd", "Unit response rate, weighted",
            *_PER_CENT,
            "Vägd med antalet anställda i förra årets svar, i hela procent.",
            "Weighted by the employees of last year's answers, in whole per cent."),
    Measure("item_non_response", "Partiellt bortfall", "Item non-response", *_ENTERPRISES,
            "Företag som lämnat in men lämnat frågan tom.",
            "Enterprises that handed in but left the question empty."),
    Measure("check_failed", "Kontroller som slog till", "Edit checks that failed", *_ENTERPRISES,
            "Företag vars svar kontrollen slog till på.",
            "Enterprises whose answers failed the check."),
    Measure("check_confirmed", "Varav bekräftade", "Of which confirmed", *_ENTERPRISES,
            "Värdet stod kvar efter granskningen.",
            "The value stood after the review."),
    Measure("check_corrected", "Varav rättade", "Of which corrected", *_ENTERPRISES,
            "Värdet ändrades i granskningen. De övriga är inte avgjorda.",
            "The value was changed in the review. The others are not decided."),
    Measure("values_corrected", "Rättade värden", "Values corrected", *_ENTERPRISES,
            "Företag vars svar på frågan ändrades i granskningen.",
            "Enterprises whose answer to the question was changed in the review."),
    Measure("imputed", "Skattade företag", "Enterprises estimated", *_ENTERPRISES,
            "Företag utan svar vars tal från förra året skrivits fram.",
            "Enterprises without an answer whose numbers of last year were carried forward."),
    Measure("imputed_share", "Skattad andel", "Share estimated", *_PER_CENT,
            "Hur stor del av länets summa som är skattad, i hela procent.",
            "How much of the county's total is estimated, in whole per cent."),
    Measure("values_published", "Publicerade värden", "Values published", *_FIGURES,
            "Alla värden för året, dolda medräknade.", "All values of the year, hidden included."),
    Measure("values_hidden", "Dolda värden", "Values hidden", *_FIGURES,
            "Värden som döljs för att skydda enskilda.", "Values hidden to protect individuals."),
    Measure("values_standing", "Kvarstående värden", "Values left standing", *_FIGURES,
            "Värden som står som i en tidigare utgåva, där en ändring inte kan visas.",
            "Values that stand as in an earlier release, where a change cannot be shown."),
    Measure("values_revised", "Reviderade värden", "Values revised", *_FIGURES,
            "Värden som någon gång ändrats mellan två utgåvor.",
            "Values ever changed between two releases."),
    Measure("mean_revision", "Medelrevidering", "Mean revision", *_PER_CENT,
            "Medel av ändringarnas storlek i procent, där båda värdena är öppna.",
            "Mean size of the changes in per cent, where both values are open."),
    Measure("time_lag", "Tid till publicering", "Time lag", *_DAYS,
            "Från räknedagen till årets första utgåva.",
            "From the reference date to the first release of the year."),
    Measure("punctuality", "Punktlighet", "Punctuality", *_DAYS,
            "Från planerad dag till slutlig utgåva; negativt är före.",
            "From the planned day to the final release; negative is ahead."),
)  # fmt: skip


def write_declaration(
    db: Database, survey: Database, closed: Sequence[Round], address: str
) -> None:
    """Fill the tables; `closed` are the rounds whose figures are in `observations`."""
    create(db, "publisher", "variables", "breaks")
    about = settings.association(survey)
    facts = (about.name, about.email, about.phone, address, LICENCE)
    db.conn.execute("INSERT INTO publisher VALUES (?, ?, ?, ?, ?)", facts)
    newest = max(closed, key=lambda survey_round: survey_round.year, default=None)
    db.conn.executemany(
        "INSERT INTO variables VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(i.name, *_wording(i, newest), *_universe(i), *_years(db, i)) for i in INDICATORS],
    )
    db.conn.executemany(
        "INSERT INTO breaks VALUES (?, ?, ?, ?, ?)",
        [*_source_breaks(db), *_wording_breaks(closed), *_known_breaks(db)],
    )


def _wording(indicator: Indicator, survey_round: Round | None) -> tuple[str, str]:
    questions = survey_round.questionnaire if survey_round else []
    asked = [question for question in questions if question["name"] in indicator.questions]
    sv, en = (" + ".join(_spoken(each, code) for each in asked) for code in ("sv", "en"))
    return sv, en


def _spoken(question: dict[str, Any], language: str) -> str:
    said = f"{question[f'label_{language}']}. {question.get(f'help_{language}') or ''}"
    return said.strip()


def _universe(indicator: Indicator) -> tuple[str, str]:
    return ASKED if indicator.questions or indicator.name == "enterprises" else OWN_WORK


def _years(db: Database, indicator: Indicator) -> Iterable[int | None]:
    sql = "SELECT min(year), max(year) FROM observations WHERE indicator = ?"
    found: tuple[int | None, int | None] = db.execute(sql, (indicator.name,)).fetchone()
    return found


Break = tuple[str, int, str, str, str]


def _source_breaks(db: Database) -> Iterator[Break]:
    """Where a series goes on from another source, be it the next year or after a gap."""
    found = rows(
        db,
        "SELECT DISTINCT o.indicator, o.year, s.title_sv, s.title_en FROM observations o"
        " JOIN sources s ON s.key = o.source ORDER BY o.indicator, o.year",
    )
    for before, now in pairwise(found):
        if before["indicator"] == now["indicator"] and before["title_sv"] != now["title_sv"]:
            said = (
                words.format(now=now[title], before=before[title])
                for words, title in zip(NEW_SOURCE, ("title_sv", "title_en"), strict=True)
            )
            yield now["indicator"], now["year"], "source", *said


def _wording_breaks(closed: Sequence[Round]) -> Iterator[Break]:
    for before, now in pairwise(sorted(closed, key=lambda survey_round: survey_round.year)):
        for indicator in INDICATORS:
            if indicator.questions and _wording(indicator, before) != _wording(indicator, now):
                yield (indicator.name, now.year, "wording", *NEW_WORDING)


def _known_breaks(db: Database) -> Iterator[Break]:
    if scalar(db, "SELECT 1 FROM observations WHERE indicator = 'reached' AND year = 2020"):
        yield ("reached", 2020, "definition", *PODCAST)
