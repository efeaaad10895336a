"""What a year's next edition shows: what was public before, whose answers, and what is hidden.

The pattern is chosen together with every earlier edition. What is open of the county and of the
provinces stays open, so where a change cannot be published beside it, the change waits and the year
stays as in the newest edition that is not withdrawn (`earlier_editions.py`). A municipality's new
number is hidden where too few of its own changed; the file then repeats the one that an earlier
release showed.

    |             | north | south | county |
    |-------------|------:|------:|-------:|
    | edition 1   |     x |     x |     62 |
    | one +1      |     x |     x |     62 |
    | three more  |     x |     x |     69 |

After edition 1 one enterprise is corrected by 1: 63 would tell the correction, and 62 cannot be
hidden again, so edition 2 shows 62 and the correction waits. With three more the change of 7 is
four enterprises' and is shown. The pattern of the edition before is kept where it is still the
lightest. An enterprise that has moved since is counted where it was.

What hiding a figure costs decides which others are hidden with it, and the coordinator may make
one costlier: the north's women 10 times, 450 where they cost 45. Beside the south's women (40)
and the north's total (46) the total is then the lighter one to hide, where that protects as well.
What is sensitive in itself, and what is open already, no cost can change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import rows, run, scalar, writing
from survey_data.disclosure.editions import Edition, Spot, Year, problem_of
from survey_data.disclosure.intruder_view import Shown
from survey_data.disclosure.rules import Rules, as_lists
from survey_data.errors import NotProtected
from survey_data.protection.earlier_editions import (
    EarlierFigure,
    Kept,
    earlier_figures,
    kept,
    last_standing,
    spot_of,
)
from survey_data.statistics.indicators import BY_NAME
from survey_data.statistics.tabulation import Basis, County, Figure, amounts_of, as_kept, sums_of

RULES = Rules()
# How much costlier it is to hide a figure that the coordinator would keep open: as usual; rather
# keep it; keep it if there is any way at all.
USUAL, RATHER, ALMOST_ALWAYS = 1.0, 10.0, 1000.0


@dataclass(frozen=True)
class Protected:
    """A year ready to be published: what is shown, what is not, and how that came about."""

    year: int
    basis: Basis
    figures: tuple[Figure, ...]
    earlier: tuple[Kept, ...]
    whole: Year
    rules: Rules = RULES
    is_lightest: bool = True
    # Too few enterprises make up what changed since: the figures stay as they were.
    is_waiting: bool = False
    # What the file repeats where a figure is hidden. To intruders it is a figure of its edition.
    repeated: Mapping[Spot, EarlierFigure] = field(default_factory=dict)

    @property
    def shown(self) -> Shown:
        """As intruders would see it: a hidden figure is hidden, whatever the file repeats."""
        return Shown({f.spot: f.value for f in self.figures}, self.basis.records)

    @property
    def last(self) -> Kept | None:
        """The edition that readers had last."""
        return last_standing(self.earlier)

    @property
    def stands_as(self) -> Kept | None:
        """The edition that the year stays as in; None where nothing waits."""
        return self.last if self.is_waiting else None

    @property
    def taken_back(self) -> tuple[Figure, ...]:
        """The figures that the last edition showed and this one hides."""
        before = self.last.shown.values if self.last else {}
        return tuple(f for f in self.figures if f.value is None and before.get(f.spot) is not None)

    def without_newly_open(self) -> Protected | None:
        """The year with every figure still hidden that its last edition hid; None if it is so."""
        before = self.last.shown.values if self.last else {}
        opened = {
            f.spot for f in self.figures if f.value is not None and before.get(f.spot, 0) is None
        }
        if not opened:
            return None
        figures = tuple(Figure(*f.spot, None, "x") if f.spot in opened else f for f in self.figures)
        return replace(self, figures=figures)

    @property
    def can_wait(self) -> bool:
        """Whether something has changed since the last edition that has not been published."""
        before = as_lists(self.last.records) if self.last else None
        return not self.is_waiting and before not in (None, as_lists(self.basis.records))

    @property
    def editions(self) -> tuple[Shown, ...]:
        """Every edition there was, and this one."""
        return (*(kept.shown for kept in self.earlier), self.shown)


def protect_year(
    survey: Database, year: int, basis: Basis, county: County, rules: Rules = RULES
) -> Protected:
    """Decide what is hidden of a year; raises NotProtected where nothing protects it."""
    plan = _protected(survey, year, basis, county, rules)
    return replace(plan, repeated=earlier_figures(survey, year))


def _protected(
    survey: Database, year: int, basis: Basis, county: County, rules: Rules
) -> Protected:
    earlier = kept(survey, year)
    basis = _where_they_were_counted(basis, earlier)
    factors = cost_factors(survey)
    whole = _whole(basis, earlier, county, rules, factors)
    if not earlier:
        return _decided(year, basis, earlier, whole)
    if not _too_few_changed(whole):
        with suppress(NotProtected):
            plan = _decided(year, basis, earlier, whole)
            if all(figure.spot[0] == "municipality" for figure in plan.taken_back):
                return plan
    return _as_before(year, earlier, county, rules, factors)


def as_before(survey: Database, plan: Protected, county: County) -> Protected:
    """The year as its last edition that stands was; what has changed since waits."""
    factors = cost_factors(survey)
    waits = _as_before(plan.year, plan.earlier, county, plan.rules, factors)
    return replace(waits, repeated=plan.repeated)


def _as_before(
    year: int,
    earlier: tuple[Kept, ...],
    county: County,
    rules: Rules,
    factors: Mapping[Spot, float],
) -> Protected:
    # What is open cannot be taken back, so the change waits, and the year stays as it was.
    last = last_standing(earlier)
    assert last, "nothing can wait before the first edition"
    basis = as_kept(last.records, last.asked, last.answered)
    whole = _whole(basis, earlier, county, rules, factors)
    return replace(_decided(year, basis, earlier, whole), is_waiting=True)


def _decided(year: int, basis: Basis, earlier: tuple[Kept, ...], whole: Year) -> Protected:
    hidden, is_lightest = _hidden(whole, basis, earlier)
    figures = tuple(_figure(whole, spot, spot in hidden) for spot in whole.newest.amounts)
    return Protected(year, basis, figures, earlier, whole, whole.rules, is_lightest)


def _where_they_were_counted(basis: Basis, earlier: Sequence[Kept]) -> Basis:
    """An enterprise that has moved since stays, for this year, where it was counted."""
    places = {r.enterprise: r.municipality for each in earlier for r in each.records}
    records = tuple(
        replace(r, municipality=places.get(r.enterprise, r.municipality)) for r in basis.records
    )
    return replace(basis, records=records)


def _whole(
    basis: Basis,
    earlier: Sequence[Kept],
    county: County,
    rules: Rules,
    factors: Mapping[Spot, float],
) -> Year:
    before = [Edition(amounts_of(e.records, county), e.shown.values) for e in earlier]
    newest = Edition(amounts_of(basis.records, county))
    return Year((*before, newest), tuple(sums_of(county)), rules, factors)


def _too_few_changed(whole: Year) -> bool:
    """Whether a county total would have to be hidden because too few enterprises changed it.

    Then the year stays as it was published last, and the change waits for company.
    """
    return any(
        spot[0] == "county"
        and BY_NAME[spot[2]].part_of is None
        and new == whole.version(whole.last, spot)
        and whole.is_public(old, spot)
        and not whole.is_public(new, spot)
        for spot, old, new, _ in whole.changes()
    )


def _hidden(whole: Year, basis: Basis, earlier: Sequence[Kept]) -> tuple[frozenset[Spot], bool]:
    last, rules = last_standing(earlier), whole.rules
    if last and last.rules == rules and _is_as_before(whole, basis, last):
        # What is open already stays so, and nothing less than the rest protects.
        return frozenset(s for s, value in last.shown.values.items() if value is None), True
    # Not at the top: loading the solver takes longer than most commands run.
    from survey_data.disclosure.pattern import protect

    pattern = protect(problem_of(whole), rules.most_rounds, rules.most_branches)
    found = (s for s in whole.newest.amounts if whole.key(whole.last, s) in pattern.hidden)
    return frozenset(found), pattern.is_optimal


def _is_as_before(whole: Year, basis: Basis, last: Kept) -> bool:
    """Whether the pattern of the release before is the lightest there is now too."""
    is_same = as_lists(basis.records) == as_lists(last.records)
    return last.is_lightest and is_same and last.shown.values.keys() == whole.newest.amounts.keys()


def _figure(whole: Year, spot: Spot, is_hidden: bool) -> Figure:
    if is_hidden:
        return Figure(*spot, None, "x")
    return Figure(*spot, sum(whole.newest.adding(spot).values()), "n")


def cost_factors(db: Database) -> dict[Spot, float]:
    """How much costlier than usual each figure that someone chose is."""
    return {spot_of(r): r["factor"] for r in rows(db, "SELECT * FROM protection_wish")}


def set_cost_factor(db: Database, spot: Spot, factor: float, actor: str) -> None:
    """Make a figure costlier or cheaper to hide, from the next release on; every year alike."""
    where = "area_type = ? AND area_code = ? AND indicator = ?"
    with writing(db):
        before = scalar(db, f"SELECT factor FROM protection_wish WHERE {where}", spot) or USUAL
        if before == factor:
            return
        run(db, f"DELETE FROM protection_wish WHERE {where}", spot)
        if factor != USUAL:
            values = (*spot, factor, actor, clock.now())
            run(db, "INSERT INTO protection_wish VALUES (?, ?, ?, ?, ?, ?)", values)
        audit_trail.record(
            db, actor, "cost of hiding changed", "/".join(spot), before=before, after=factor
        )
