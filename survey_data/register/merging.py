"""Entries of the register that may be one enterprise twice: found, and made one.

`find` lists them for a person to look through; `merge` makes two into one without losing an answer.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import combinations, groupby
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail
from survey_data.database import references, rows, run, writing
from survey_data.errors import ChangedMeanwhile, SurveyError
from survey_data.register import contacts, enterprises
from survey_data.register.enterprises import Enterprise
from survey_data.tokens import hashed


class BothAnswered(SurveyError):
    """Two enterprises that both answered the same year cannot be merged."""

    def __init__(self, years: Sequence[int]) -> None:
        super().__init__("Båda svarade " + ", ".join(map(str, years)) + ".")
        self.years = tuple(years)


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
    names = {e.id: f"{e.name} {e.unit_name}".casefold().translate(FOLDED) for e in everyone}
    split = {key: re.findall(r"[a-z0-9]+", name) for key, name in names.items()}
    uses = Counter(word for words in split.values() for word in set(words))
    common = {w for w, n in uses.items() if n > max(COMMON_WORD, COMMON_SHARE * len(everyone))}
    return {
        key: " ".join(w for w in words if w not in common | LEGAL_WORDS) or " ".join(words)
        for key, words in split.items()
    }


def _same_number(
    everyone: Sequence[Enterprise], words: dict[int, str]
) -> dict[tuple[int, int], PossibleDuplicate]:
    groups = defaultdict(list)
    for each in everyone:
        groups[each.org_number].append(each)
    return {
        (a.id, b.id): PossibleDuplicate(a, b, True, _likeness(_matcher(words[b.id]), words[a.id]))
        for group in groups.values()
        for a, b in combinations(sorted(group, key=lambda e: e.id), 2)
    }


def _alike(
    everyone: Sequence[Enterprise], words: dict[int, str]
) -> dict[tuple[int, int], PossibleDuplicate]:
    by_id = {e.id: e for e in everyone}
    found = {}
    for b, others in _candidates(words).items():
        other, matcher = by_id[b], _matcher(words[b])
        for a in others:
            one = by_id[a]
            same_town = one.municipality_code == other.municipality_code
            wanted = ALIKE_IN_THE_SAME_TOWN if same_town else ALIKE
            likeness = _likeness(matcher, words[a], wanted)
            if likeness >= wanted:
                found[a, b] = PossibleDuplicate(one, other, False, likeness)
    return found


def _candidates(words: dict[int, str]) -> dict[int, set[int]]:
    """For each name those before it that share three letters in a row which few names have."""
    groups = defaultdict(list)
    for key in sorted(words):
        padded = f" {words[key]} "
        for letters in {padded[place : place + 3] for place in range(len(padded) - 2)}:
            groups[letters].append(key)
    found = defaultdict(set)
    for group in groups.values():
        if len(group) <= MOST_IN_A_GROUP:
            for at, key in enumerate(group):
                found[key].update(group[:at])
    return found


def _matcher(name: str) -> SequenceMatcher[str]:
    """What compares other names with one: it counts that one's letters once."""
    return SequenceMatcher(None, "", name, autojunk=False)


def _likeness(matcher: SequenceMatcher[str], name: str, wanted: float = 0.0) -> float:
    matcher.set_seq1(name)
    # Two cheap upper bounds spare most pairs the costly comparison.
    if matcher.real_quick_ratio() < wanted or matcher.quick_ratio() < wanted:
        return 0.0
    return round(matcher.ratio(), 3)


INVITED = """SELECT r.year, i.id, i.enterprise_id,
    EXISTS (SELECT 1 FROM response p WHERE p.invitation_id = i.id) AS answered,
    EXISTS (SELECT 1 FROM draft d WHERE d.invitation_id = i.id) AS begun
    FROM invitation i JOIN round r ON r.id = i.round_id
    WHERE i.enterprise_id IN (?, ?) ORDER BY r.year, i.id"""


@dataclass(frozen=True)
class EnterpriseMerge:
    """What a merge would do, and a mark that changes when that changes."""

    kept: Enterprise
    gone: Enterprise
    years_moved: tuple[int, ...]
    years_joined: tuple[int, ...]
    drafts_lost: tuple[int, ...]
    both_answered: tuple[int, ...]
    contacts: int
    mark: str


def plan(db: Database, kept_id: int, gone_id: int) -> EnterpriseMerge | None:
    """What would move if one enterprise were merged into another; None where either is none."""
    kept, gone = enterprises.enterprise(db, kept_id), enterprises.enterprise(db, gone_id)
    if kept is None or gone is None or kept_id == gone_id:
        return None
    found = _by_year(db, kept_id, gone_id)
    found_contacts = contacts.of(db, gone_id)
    facts = repr((kept, gone, found, found_contacts))
    twice = {year: pair for year, pair in found.items() if len(pair) == 2}
    alone = {year: invited[0] for year, invited in found.items() if year not in twice}
    return EnterpriseMerge(
        kept, gone,
        tuple(y for y, invited in alone.items() if invited["enterprise_id"] == gone_id),
        tuple(twice),
        # Only one of two that have both been begun can go on.
        tuple(y for y, pair in twice.items() if all(i["begun"] or i["answered"] for i in pair)),
        tuple(y for y, pair in twice.items() if all(i["answered"] for i in pair)),
        len(found_contacts), hashed(facts)[:16],
    )  # fmt: skip


def _by_year(db: Database, kept_id: int, gone_id: int) -> dict[int, list[dict[str, Any]]]:
    found = groupby(rows(db, INVITED, (kept_id, gone_id)), key=lambda row: int(row["year"]))
    return {year: list(invited) for year, invited in found}


def merge(db: Database, kept_id: int, gone_id: int, mark: str, actor: str) -> None:
    """Merge one enterprise into another as its plan said.

    Raises BothAnswered where both answered a year, ChangedMeanwhile where the plan is no
    longer what it was when its mark was shown.
    """
    with writing(db):
        now = plan(db, kept_id, gone_id)
        if now and now.both_answered:
            raise BothAnswered(now.both_answered)
        if now is None or now.mark != mark:
            raise ChangedMeanwhile
        for pair in _by_year(db, kept_id, gone_id).values():
            _join(db, kept_id, pair)
        _repoint(db, "enterprise", gone_id, kept_id)
        contacts.appoint_main(db, kept_id)
        run(db, "DELETE FROM enterprise WHERE id = ?", (gone_id,))
        years = {"years_moved": now.years_moved, "years_joined": now.years_joined}
        audit_trail.record(db, actor, "enterprises merged", f"enterprise {kept_id}",
                           before=asdict(now.gone), after=years)  # fmt: skip


def _join(db: Database, kept_id: int, pair: list[dict[str, Any]]) -> None:
    """One invitation for a year: the one that was answered, or begun, or the kept one's."""
    pair.sort(key=lambda i: (i["answered"], i["begun"], i["enterprise_id"] == kept_id))
    *losers, winner = pair
    for loser in losers:
        if loser["begun"]:
            run(db, "DELETE FROM draft WHERE invitation_id = ?", (loser["id"],))
        # Links, mails and sessions of either lead to the one that is left.
        _repoint(db, "invitation", loser["id"], winner["id"])
        run(db, "DELETE FROM invitation WHERE id = ?", (loser["id"],))
    run(db, "UPDATE invitation SET enterprise_id = ? WHERE id = ?", (kept_id, winner["id"]))


def _repoint(db: Database, target: str, gone: int, kept: int) -> None:
    """Let everything that refers to one row refer to another, wherever the schema says so."""
    for table, column, _ in references(db, target):
        run(db, f'UPDATE OR IGNORE "{table}" SET "{column}" = ? WHERE "{column}" = ?', (kept, gone))
        # What is left says twice what the other says already.
        run(db, f'DELETE FROM "{table}" WHERE "{column}" = ?', (gone,))
