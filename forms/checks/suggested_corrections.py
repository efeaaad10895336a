"""How a slip in figures that must add up may be mended: likely slips first. Pure.

Each mend makes the parts add up by undoing one common slip of the pen: two cells swapped,
digits transposed, a zero too many or too few, a part forgotten, or one number simply wrong.
Among them, the one that lands nearest last year's figures is the likeliest. A mend is
offered on a button and never made by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["swapped", "digits", "tenfold", "forgotten", "number", "total"]
Numbers = Mapping[str, int]

# Without last year to go by: a slip that explains itself comes before a number that is wrong.
LIKELIHOOD: dict[Kind, int] = {
    "swapped": 0, "digits": 1, "tenfold": 1, "number": 2, "total": 3, "forgotten": 4,
}  # fmt: skip
OFFERED = 2
# How many persons nearer last year another mend must be than one of the field typed last.
TYPED_LAST = 2


@dataclass(frozen=True)
class Mend:
    """The numbers to change so that the parts add up, and the slip it undoes."""

    kind: Kind
    changes: tuple[tuple[str, int], ...]

    @property
    def names(self) -> set[str]:
        """The fields it changes."""
        return {name for name, _ in self.changes}


@dataclass(frozen=True)
class Slip:
    """Parts (None where blank) that do not make their total, with last year's figures."""

    total: tuple[str, int]
    parts: Mapping[str, int | None]
    last_year: Mapping[str, int | None]
    last_typed: str = ""

    @property
    def given(self) -> dict[str, int]:
        """The parts that have a number."""
        return {name: number for name, number in self.parts.items() if number is not None}

    @property
    def difference(self) -> int:
        """What the parts lack; negative when they are too many."""
        return self.total[1] - sum(self.given.values())


def mends(slip: Slip) -> tuple[Mend, ...]:
    """At most two mends, the likeliest first; none when the parts add up."""
    if slip.difference == 0:
        return ()
    by_result: dict[tuple[tuple[str, int], ...], Mend] = {}
    for mend in sorted(_possible(slip), key=lambda m: _order(m, slip)):
        by_result.setdefault(tuple(sorted(mend.changes)), mend)
    return tuple(_of_different_kinds(by_result.values()))[:OFFERED]


def _of_different_kinds(found: Iterable[Mend]) -> Iterator[Mend]:
    """One mend of each kind: two parts that may be wrong are one guess too many."""
    seen: set[Kind] = set()
    for mend in found:
        if mend.kind not in seen:
            seen.add(mend.kind)
            yield mend


def _possible(slip: Slip) -> Iterator[Mend]:
    for find in (_swapped, _digits, _tenfold, _forgotten, _one_number, _the_total):
        yield from find(slip)


def _swapped(slip: Slip) -> Iterator[Mend]:
    """The total stands in a part's field, and the part in the total's."""
    name, total = slip.total
    for part, number in slip.given.items():
        if total + sum(slip.given.values()) - number == number != total:
            yield Mend("swapped", ((name, number), (part, total)))


def _digits(slip: Slip) -> Iterator[Mend]:
    """Two digits beside each other changed places."""
    for name, number in (slip.total, *slip.given.items()):
        wanted = _wanted(slip, name)
        if wanted in _transposed(number):
            yield Mend("digits", ((name, wanted),))


def _transposed(number: int) -> set[int]:
    text = str(number)
    swaps = (text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1))
    return {int(swap) for swap in swaps if swap[0] != "0"}


def _tenfold(slip: Slip) -> Iterator[Mend]:
    """A zero too many or too few."""
    for name, number in (slip.total, *slip.given.items()):
        wanted = _wanted(slip, name)
        if wanted > 0 and (number == 10 * wanted or wanted == 10 * number):
            yield Mend("tenfold", ((name, wanted),))


def _forgotten(slip: Slip) -> Iterator[Mend]:
    """A part was left blank that makes up the rest."""
    blank = [name for name, number in slip.parts.items() if number is None]
    if slip.difference > 0:
        yield from (Mend("forgotten", ((name, slip.difference),)) for name in blank)


def _one_number(slip: Slip) -> Iterator[Mend]:
    for name in slip.given:
        wanted = _wanted(slip, name)
        if wanted >= 0:
            yield Mend("number", ((name, wanted),))


def _the_total(slip: Slip) -> Iterator[Mend]:
    yield Mend("total", ((slip.total[0], sum(slip.given.values())),))


def _wanted(slip: Slip, name: str) -> int:
    """What a field must hold for everything to add up, were it the only one wrong."""
    return slip.total[1] - slip.difference if name == slip.total[0] else (
        slip.given[name] + slip.difference
    )  # fmt: skip


def _order(mend: Mend, slip: Slip) -> tuple[int, int, int, int]:
    """Nearest last year first; then the commonest slip, the field typed last, the last part."""
    typed_last = 0 if slip.last_typed in mend.names else 1
    likelihood = LIKELIHOOD[mend.kind]
    if mend.kind in ("number", "total") and typed_last == 0:
        likelihood = LIKELIHOOD["digits"]
    distance = _distance(mend, slip) + TYPED_LAST * typed_last
    return distance, likelihood, typed_last, _place(mend, slip)


def _distance(mend: Mend, slip: Slip) -> int:
    """How many persons the mended figures are from last year's, 0 where those are unknown."""
    before = {name: slip.last_year.get(name) for name in (slip.total[0], *slip.given)}
    if None in before.values():
        return 0
    after = dict([slip.total]) | slip.given | dict(mend.changes)
    return sum(abs(after[n] - (slip.last_year.get(n) or 0)) for n in after)


def _place(mend: Mend, slip: Slip) -> int:
    """The last part with somebody in it comes first, one with nobody last."""
    names = list(slip.parts)
    number = slip.parts.get(mend.changes[-1][0])
    place = -names.index(mend.changes[-1][0]) if mend.changes[-1][0] in names else 0
    return place if number else len(names) + place
