"""Suggested corrections of figures that must add up and do not, the likeliest first. Pure.

Each makes the parts add up by undoing one common typing error: two cells swapped, digits
transposed, a zero too many or too few, a part forgotten, or one number simply wrong. Among them,
the one that lands nearest last year's figures is the likeliest. A correction is offered on a
button and never made by itself.

Women 7, men 6, employees 12: the parts make 13. With 7 and 5 last year, "men 5" lies one person
away and "employees 13" two, so men 5 is suggested first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

TypingError = Literal["swapped", "digits", "tenfold", "forgotten", "number", "total"]
Numbers = Mapping[str, int]

# Without last year to go by: an error that explains itself comes before a number that is wrong.
LIKELIHOOD: dict[TypingError, int] = {
    "swapped": 0, "digits": 1, "tenfold": 1, "number": 2, "total": 3, "forgotten": 4,
}  # fmt: skip
OFFERED = 2
# How many persons nearer last year another correction must be than one of the field typed last.
TYPED_LAST = 2


@dataclass(frozen=True)
class Suggestion:
    """The numbers to change so that the parts add up, and the error it undoes."""

    kind: TypingError
    changes: tuple[tuple[str, int], ...]

    @property
    def names(self) -> set[str]:
        """The fields it changes."""
        return {name for name, _ in self.changes}


@dataclass(frozen=True)
class Imbalance:
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


def suggested_corrections(imbalance: Imbalance) -> tuple[Suggestion, ...]:
    """At most two corrections, the likeliest first; none when the parts add up."""
    if imbalance.difference == 0:
        return ()
    by_result: dict[tuple[tuple[str, int], ...], Suggestion] = {}
    for suggestion in sorted(_possible(imbalance), key=lambda each: _order(each, imbalance)):
        by_result.setdefault(tuple(sorted(suggestion.changes)), suggestion)
    return tuple(_of_different_kinds(by_result.values()))[:OFFERED]


def _of_different_kinds(found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    """One of each kind: two parts that may be wrong are one guess too many."""
    seen: set[TypingError] = set()
    for suggestion in found:
        if suggestion.kind not in seen:
            seen.add(suggestion.kind)
            yield suggestion


def _possible(imbalance: Imbalance) -> Iterator[Suggestion]:
    for find in (_swapped, _digits, _tenfold, _forgotten, _one_number, _the_total):
        yield from find(imbalance)


def _swapped(imbalance: Imbalance) -> Iterator[Suggestion]:
    """The total stands in a part's field, and the part in the total's."""
    name, total = imbalance.total
    for part, number in imbalance.given.items():
        if total + sum(imbalance.given.values()) - number == number != total:
            yield Suggestion("swapped", ((name, number), (part, total)))


def _digits(imbalance: Imbalance) -> Iterator[Suggestion]:
    """Two digits beside each other changed places."""
    for name, number in (imbalance.total, *imbalance.given.items()):
        wanted = _wanted(imbalance, name)
        if wanted in _transposed(number):
            yield Suggestion("digits", ((name, wanted),))


def _transposed(number: int) -> set[int]:
    text = str(number)
    swaps = (text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1))
    return {int(swap) for swap in swaps if swap[0] != "0"}


def _tenfold(imbalance: Imbalance) -> Iterator[Suggestion]:
    """A zero too many or too few."""
    for name, number in (imbalance.total, *imbalance.given.items()):
        wanted = _wanted(imbalance, name)
        if wanted > 0 and (number == 10 * wanted or wanted == 10 * number):
            yield Suggestion("tenfold", ((name, wanted),))


def _forgotten(imbalance: Imbalance) -> Iterator[Suggestion]:
    """A part was left blank that makes up the rest."""
    blank = [name for name, number in imbalance.parts.items() if number is None]
    if imbalance.difference > 0:
        yield from (Suggestion("forgotten", ((name, imbalance.difference),)) for name in blank)


def _one_number(imbalance: Imbalance) -> Iterator[Suggestion]:
    for name in imbalance.given:
        wanted = _wanted(imbalance, name)
        if wanted >= 0:
            yield Suggestion("number", ((name, wanted),))


def _the_total(imbalance: Imbalance) -> Iterator[Suggestion]:
    yield Suggestion("total", ((imbalance.total[0], sum(imbalance.given.values())),))


def _wanted(imbalance: Imbalance, name: str) -> int:
    """What a field must hold for everything to add up, were it the only one wrong."""
    return imbalance.total[1] - imbalance.difference if name == imbalance.total[0] else (
        imbalance.given[name] + imbalance.difference
    )  # fmt: skip


def _order(suggestion: Suggestion, imbalance: Imbalance) -> tuple[int, int, int, int]:
    """Nearest last year first; then the commonest error, the field typed last, the last part."""
    typed_last = 0 if imbalance.last_typed in suggestion.names else 1
    likelihood = LIKELIHOOD[suggestion.kind]
    if suggestion.kind in ("number", "total") and typed_last == 0:
        likelihood = LIKELIHOOD["digits"]
    distance = _distance(suggestion, imbalance) + TYPED_LAST * typed_last
    return distance, likelihood, typed_last, _place(suggestion, imbalance)


def _distance(suggestion: Suggestion, imbalance: Imbalance) -> int:
    """How many persons the corrected figures are from last year's, 0 where those are unknown."""
    before = {
        name: imbalance.last_year.get(name) for name in (imbalance.total[0], *imbalance.given)
    }
    if None in before.values():
        return 0
    after = dict([imbalance.total]) | imbalance.given | dict(suggestion.changes)
    return sum(abs(after[n] - (imbalance.last_year.get(n) or 0)) for n in after)


def _place(suggestion: Suggestion, imbalance: Imbalance) -> int:
    """The last part with somebody in it comes first, one with nobody last."""
    names = list(imbalance.parts)
    number = imbalance.parts.get(suggestion.changes[-1][0])
    place = -names.index(suggestion.changes[-1][0]) if suggestion.changes[-1][0] in names else 0
    return place if number else len(names) + place
