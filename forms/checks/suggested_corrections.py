"""Suggested corrections of figures that must add up and do not, the likeliest first. Pure.

Each makes the parts add up by undoing one common typing error: two cells swapped, digits
transposed, a zero too many or too few, a part forgotten, or one number simply wrong. Among them,
the one that lands nearest last year's figures is the likeliest. A correction is offered on a
button and never made by itself.

Women 7, men 6, employees 12: the parts make 13. With 7 and 5 last year, "men 5" lies one person
away and "employees 13" two, so men 5 is suggested first.
"""

from collections.abc import Iterator, Mapping
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
    # One of each kind: two parts that may be wrong are one guess too many.
    by_kind: dict[TypingError, Suggestion] = {}
    results: set[frozenset[tuple[str, int]]] = set()
    ways = (_swapped, _digits, _tenfold, _forgotten, _one_number, _the_total)
    possible = (suggestion for way in ways for suggestion in way(imbalance))
    for suggestion in sorted(possible, key=lambda each: _order(each, imbalance)):
        result = frozenset(suggestion.changes)
        # Nobody means fewer than none, though it may have been typed.
        if result not in results and min(_after(suggestion, imbalance).values()) >= 0:
            results.add(result)
            by_kind.setdefault(suggestion.kind, suggestion)
    return tuple(by_kind.values())[:OFFERED]


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
    return {int(swap) for swap in swaps if swap.isdecimal() and swap[0] != "0"}


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
        yield Suggestion("number", ((name, _wanted(imbalance, name)),))


def _the_total(imbalance: Imbalance) -> Iterator[Suggestion]:
    yield Suggestion("total", ((imbalance.total[0], sum(imbalance.given.values())),))


def _wanted(imbalance: Imbalance, name: str) -> int:
    """What a field must hold for everything to add up, were it the only one wrong."""
    total, number = imbalance.total
    if name == total:
        return number - imbalance.difference
    return imbalance.given[name] + imbalance.difference


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
    before = imbalance.last_year
    if None in [before.get(name) for name in (imbalance.total[0], *imbalance.given)]:
        return 0
    after = _after(suggestion, imbalance).items()
    return sum(abs(number - (before.get(name) or 0)) for name, number in after)


def _after(suggestion: Suggestion, imbalance: Imbalance) -> dict[str, int]:
    return dict([imbalance.total]) | imbalance.given | dict(suggestion.changes)


def _place(suggestion: Suggestion, imbalance: Imbalance) -> int:
    """The last part with somebody in it comes first, one with nobody last."""
    names = list(imbalance.parts)
    number = imbalance.parts.get(suggestion.changes[-1][0])
    place = -names.index(suggestion.changes[-1][0]) if suggestion.changes[-1][0] in names else 0
    return place if number else len(names) + place
