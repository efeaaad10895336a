"""Entries of the register that may be one enterprise twice, for a person to look through."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from survey_data.register.enterprises import Enterprise

# How alike two names must be, from 0 to 1; less is enough in the same municipality.
ALIKE = 0.9
ALIKE_IN_THE_SAME_TOWN = 0.84
# A word that this many names share says nothing about any of them.
COMMON_WORD = 4
COMMON_SHARE = 0.03
# Letters that very many names share would make a pair of everything with everything.
MOST_IN_A_GROUP = 40
LEGAL_WORDS = frozenset(
    ("ab", "aktiebolag", "ek", "for", "forening", "ekonomisk", "ideell", "svb", "stiftelsen",
     "stiftelse", "hb", "kb", "i", "och")
)  # fmt: skip
FOLDED = str.maketrans("åäöéü", "aaoeu")


@dataclass(frozen=True)
class PossibleDuplicate:
    """Two entries and why they may be one: the number or the name, and how alike."""

    one: Enterprise
    other: Enterprise
    same_number: bool
    likeness: float


def find(everyone: Sequence[Enterprise]) -> list[PossibleDuplicate]:
    """Every pair worth looking at, the likeliest first."""
    words = _telling_words(everyone)
    pairs = {**_alike(everyone, words), **_same_number(everyone, words)}
    return sorted(pairs.values(), key=lambda p: (-p.same_number, -p.likeness, p.one.name))


def _telling_words(everyone: Sequence[Enterprise]) -> dict[int, str]:
    split = {e.id: _words(f"{e.name} {e.unit_name}") for e in everyone}
    uses = Counter(word for words in split.values() for word in set(words))
    common = {w for w, n in uses.items() if n > max(COMMON_WORD, COMMON_SHARE * len(everyone))}
    return {
        key: " ".join(w for w in words if w not in common | LEGAL_WORDS) or " ".join(words)
        for key, words in split.items()
    }


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name.casefold().translate(FOLDED))


def _same_number(
    everyone: Sequence[Enterprise], words: dict[int, str]
) -> dict[tuple[int, int], PossibleDuplicate]:
    groups = defaultdict(list)
    for each in everyone:
        groups[each.org_number].append(each)
    return {
        (a.id, b.id): PossibleDuplicate(a, b, True, _likeness(words[a.id], words[b.id], 0.0))
        for group in groups.values()
        for a, b in combinations(sorted(group, key=lambda e: e.id), 2)
    }


def _alike(
    everyone: Sequence[Enterprise], words: dict[int, str]
) -> dict[tuple[int, int], PossibleDuplicate]:
    by_id = {e.id: e for e in everyone}
    found = {}
    for a, b in _candidates(words):
        one, other = by_id[a], by_id[b]
        same_town = one.municipality_code == other.municipality_code
        wanted = ALIKE_IN_THE_SAME_TOWN if same_town else ALIKE
        likeness = _likeness(words[a], words[b], wanted)
        if likeness >= wanted:
            found[a, b] = PossibleDuplicate(one, other, False, likeness)
    return found


def _candidates(words: dict[int, str]) -> Iterable[tuple[int, int]]:
    """Pairs that share three letters in a row which few names have."""
    groups = defaultdict(list)
    for key in sorted(words):
        for letters in set(_threes(words[key])):
            groups[letters].append(key)
    return {
        pair
        for group in groups.values()
        if len(group) <= MOST_IN_A_GROUP
        for pair in combinations(group, 2)
    }


def _threes(text: str) -> Iterator[str]:
    padded = f" {text} "
    for place in range(len(padded) - 2):
        yield padded[place : place + 3]


def _likeness(one: str, other: str, wanted: float) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # Two cheap upper bounds spare most pairs the costly comparison.
    if matcher.real_quick_ratio() < wanted or matcher.quick_ratio() < wanted:
        return 0.0
    return round(matcher.ratio(), 3)
