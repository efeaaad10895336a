"""A release before it is out: which rounds, which figures, and what is said about them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlite_utils import Database

from survey_data import clock
from survey_data.association.release_rows import own
from survey_data.database import scalar
from survey_data.disclosure.full_attack import Narrowed
from survey_data.disclosure.rules import Record
from survey_data.errors import NotProtected
from survey_data.geography import COUNTY
from survey_data.history import printed_years
from survey_data.history.printed_series import (
    Discrepancy,
    HiddenValue,
    SeriesValue,
    discrepancies,
    published,
)
from survey_data.history.printed_years import inventory_years
from survey_data.protection import protect_year, side_tables
from survey_data.protection.earlier_editions import KEPT
from survey_data.protection.prior_knowledge import YearAsPublished
from survey_data.protection.protect_year import Protected
from survey_data.protection.side_tables import SideTables
from survey_data.publishing.comments import write_chapters, write_comments
from survey_data.releases import archive
from survey_data.releases.definitions import write_declaration
from survey_data.releases.open_db import Coverage, Release, write_editions, write_open_db
from survey_data.releases.quality_declaration import write_quality
from survey_data.releases.texts import answered
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.statistics import population, published_tables
from survey_data.statistics.tabulation import COUNTED, Basis, County, Figure

SOURCE = "inventering"
NOT_LIGHTEST = (
    "Skyddet är säkert men kan dölja fler siffror än det behöver.",
    "The protection is safe but may hide more figures than it needs to.",
)
SOME_ESTIMATED = (
    "För några av de andra är förra årets uppgift framskriven.",
    "For some of the others, last year's number is carried forward.",
)


@dataclass(frozen=True)
class Draft:
    """A release before it is out: its number, its rounds, and what is shown of each new one."""

    release: Release
    closed: tuple[Round, ...]
    new: tuple[Round, ...]
    plans: Mapping[int, Protected]
    printed: tuple[SeriesValue, ...]
    discrepancies: tuple[Discrepancy, ...] = ()
    years: tuple[YearAsPublished, ...] = ()
    side_tables: SideTables = field(default_factory=SideTables)
    folder: Path = Path()

    @property
    def waiting(self) -> dict[int, Path]:
        """The years whose change waits, each with the open.db of the release it stands as in."""
        return {
            year: self.folder / plan.stands_as.release_id / "open.db"
            for year, plan in self.plans.items()
            if plan.stands_as
        }


def drafted(
    survey: Database,
    releases: Path,
    standing: Sequence[SeriesValue] | None,
    notes: tuple[str, str],
    is_preliminary: bool,
) -> Draft:
    """The next release; raises NotProtected.

    Years that were printed (`standing`, normally 2016-2020 and those stated since) stay as
    printed.
    """
    printed = printed_years.printed(survey) if standing is None else tuple(standing)
    closed = rounds.closed(survey)
    new = [r for r in closed if r.year not in inventory_years(printed)]
    plans = {r.year: protected(survey, r) for r in new}
    said = _release_notes(plans.values(), *notes)
    release = archive.unused(releases, numbered(survey, printed, new, *said, is_preliminary))
    if standing is None:
        off = printed_years.discrepancies(survey)
    else:
        off = discrepancies() if printed == published() else ()
    return Draft(release, tuple(closed), tuple(new), plans, printed, off, folder=releases)


def with_side_tables(survey: Database, draft: Draft) -> Draft:
    """The draft with its side tables: those decided before, and those of years that have none."""
    years = tuple(
        YearAsPublished(
            r.year,
            _records(survey, draft, r),
            r.is_example,
            r.year not in draft.plans,
            r.frame_is_known,
        )
        for r in sorted(draft.closed, key=lambda r: r.year)
    )
    totals = {
        (o.year, o.indicator): o.value
        for o in (*draft.printed, *values(draft.new, draft.plans, population.county(survey)))
        if (o.area_type, o.area_code) == COUNTY.key
    }
    is_final = draft.release.kind != "preliminary"
    decided = side_tables.decide(survey, draft.release.id, is_final, years, totals)
    has_examples = draft.release.includes_examples or any(t.is_example for t in decided.shown)
    release = replace(draft.release, includes_examples=has_examples)
    return replace(draft, release=release, years=years, side_tables=decided)


def _records(survey: Database, draft: Draft, survey_round: Round) -> tuple[Record, ...]:
    """The enterprises of a year as the draft publishes them."""
    plan = draft.plans.get(survey_round.year)
    return plan.basis.records if plan else population.basis_of(survey, survey_round).records


def weakened(survey: Database, draft: Draft, refused: Narrowed) -> Draft:
    """The draft saying less: first a new side table goes, then figures newly open, then a year.

    Raises NotProtected where nothing is left that could be left out.
    """
    _, _, indicator, year, *_ = refused.cell
    if fewer := draft.side_tables.without(str(indicator), int(year)):
        return replace(draft, side_tables=fewer)
    for plan in sorted(draft.plans.values(), key=lambda plan: abs(plan.year - int(year))):
        if closed := plan.without_newly_open():
            return replace(draft, plans={**draft.plans, plan.year: closed})
    return with_side_tables(survey, with_waiting(survey, draft, refused))


def in_memory(survey: Database, draft: Draft, address: str) -> Database:
    """The open file of a draft, ready to be proven and put in place."""
    open_db, county = published_tables.fresh(), population.county(survey)
    association = own(survey)
    shown = values(draft.new, draft.plans, county)
    observations = [*draft.printed, *association.values, *shown]
    write_open_db(
        open_db,
        draft.release,
        observations,
        draft.discrepancies,
        [
            *map(Coverage, sorted(inventory_years(draft.printed))),
            *(coverage_of(r, draft.plans[r.year]) for r in draft.new),
        ],
        association,
        printed_years.sources(survey),
    )
    published_tables.create(open_db, *side_tables.NAMES)
    write_comments(open_db, survey)
    write_chapters(open_db, survey)
    write_editions(open_db, survey, draft.release)
    side_tables.write(open_db, draft.side_tables)
    write_declaration(open_db, survey, draft.new, address)
    write_quality(open_db, survey, draft.new, draft.release, draft.side_tables, draft.waiting)
    return open_db


def protected(survey: Database, survey_round: Round, basis: Basis | None = None) -> Protected:
    """A round's figures as they may be shown, made of its basis; raises NotProtected."""
    basis = basis or population.basis_of(survey, survey_round)
    was_printed = survey_round.year in printed_years.printed_years(survey)
    county = replace(population.county(survey), only_as_printed=was_printed)
    return protect_year.protect_year(survey, survey_round.year, basis, county)


def with_waiting(survey: Database, draft: Draft, refused: NotProtected) -> Draft:
    """The draft without the change of one more year, for it cannot be published beside the rest.

    Raises NotProtected where no change is left that could wait. Then it is the estimates, if there
    are any, that tie the new figures to what was published before.
    """
    changed = [year for year, plan in draft.plans.items() if plan.can_wait]
    if not changed:
        if any(plan.basis.estimated for plan in draft.plans.values()):
            raise NotProtected(refused.cell, cause="estimates") from refused
        raise refused
    meant = [year for year in changed if year in refused.cell]
    year = (meant or sorted(changed))[-1]
    plan = protect_year.as_before(survey, draft.plans[year], population.county(survey))
    return replace(draft, plans={**draft.plans, year: plan})


def figures_of(plan: Protected, county: County) -> tuple[Figure, ...]:
    """The figures of a plan as they are written; those with answers missing or estimated say so.

    In place of a hidden one stands what an earlier release showed, with the sign k.
    """
    touched = {area for m in plan.basis.estimated for area in county.of(m)}
    return tuple(
        replace(f, value=earlier.value, status=earlier.status)
        if f.value is None and (earlier := plan.repeated.get(f.spot))
        else replace(f, status=_signs(f, plan, touched))
        for f in plan.figures
    )


def _signs(figure: Figure, plan: Protected, touched: set[tuple[str, str]]) -> str:
    if figure.value is None or figure.indicator == COUNTED:
        return figure.status
    if plan.stands_as and (before := plan.stands_as.signs.get(figure.spot)):
        # As it was published: an estimate of nobody is no longer seen in the numbers.
        return "".join(sign for sign in before if sign in "ue") or figure.status
    is_short = figure.area_type == "county" and plan.basis.is_incomplete
    return "u" * is_short + "e" * (figure.spot[:2] in touched) or figure.status


def _release_notes(plans: Iterable[Protected], sv: str, en: str) -> tuple[str, str]:
    """The notes, with a word where time ran out before the lightest pattern was found."""
    if all(plan.is_lightest for plan in plans):
        return sv, en
    sv, en = (" ".join(filter(None, said)) for said in zip((sv, en), NOT_LIGHTEST, strict=True))
    return sv, en


def coverage_of(survey_round: Round, plan: Protected) -> Coverage:
    """How many of the county's enterprises answered; not of a file that has the answers alone."""
    is_known = survey_round.frame_is_known
    return Coverage(
        survey_round.year,
        plan.basis.asked if is_known else None,
        plan.basis.answered if is_known else None,
        survey_round.is_example,
        survey_round.reference_date.isoformat(),
    )


def values(
    survey_rounds: Iterable[Round], plans: Mapping[int, Protected], county: County
) -> Iterator[SeriesValue | HiddenValue]:
    """Every figure of the new rounds as it is written, hidden ones without their value."""
    for each in survey_rounds:
        plan = plans[each.year]
        coverage = coverage_of(each, plan)
        for figure in figures_of(plan, county):
            notes = _notes(coverage, figure, plan)
            if figure.value is None:
                yield HiddenValue(each.year, *figure.spot, *notes)
            else:
                yield SeriesValue(
                    each.year, *figure.spot, figure.value, figure.status, *notes, SOURCE
                )


def _notes(coverage: Coverage, figure: Figure, plan: Protected) -> tuple[str, str]:
    said = [published_tables.EXAMPLE] if coverage.is_example else []
    is_partial = coverage.asked is not None and coverage.answered != coverage.asked
    is_counted = figure.value is not None and figure.indicator != COUNTED
    # Beside a hidden figure, or below the county, it would say who has not answered.
    if is_partial and is_counted and figure.area_type == "county":
        said.append(answered(coverage.answered, coverage.asked))
        if "e" in figure.status:
            said.append(SOME_ESTIMATED)
    if figure.status.startswith(KEPT):
        said.append(plan.repeated[figure.spot].note)
    elif figure.value is not None and plan.stands_as:
        said += plan.stands_as.notes
    return " ".join(sv for sv, _ in said), " ".join(en for _, en in said)


def numbered(
    survey: Database,
    printed: Sequence[SeriesValue],
    new: Sequence[Round],
    note_sv: str,
    note_en: str,
    is_preliminary: bool,
) -> Release:
    """The next release: its number, kind and notes."""
    year = max([*inventory_years(printed), *(r.year for r in new)], default=clock.today().year)
    sql = "SELECT max(CAST(substr(id, 6) AS INTEGER)) FROM release WHERE id LIKE ?"
    earlier = scalar(survey, sql, (f"{year}-%",)) or 0
    final = "SELECT count(*) FROM release WHERE id LIKE ? AND kind <> 'preliminary'"
    kind = "revised" if scalar(survey, final, (f"{year}-%",)) else "final"
    return Release(
        id=f"{year}-{earlier + 1}",
        published_at=clock.now(),
        kind="preliminary" if is_preliminary else kind,
        includes_examples=any(r.is_example or rounds.has_examples(survey, r) for r in new),
        note_sv=note_sv,
        note_en=note_en,
    )
