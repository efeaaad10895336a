"""Who counts in a round, and what each of them adds: the truth that figures are made of.

An enterprise that did not answer can be estimated: a decision with its reason, never an answer.
Last year's numbers are carried forward with the change of those who answered both years. The
default is to leave out, and an answer that comes in later always goes before an estimate. Once
published, an estimate stays as it is until it is decided anew: what is corrected of the answers
that it was made of shall not be seen through it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlite_utils import Database

from survey_data.database import rows, run
from survey_data.geography import COUNTY, PROVINCES
from survey_data.review.decisions import responses_as_reviewed
from survey_data.rounds import calls
from survey_data.rounds.rounds import Round
from survey_data.statistics.tabulation import OUT_OF_SCOPE, Answered, Basis, County, records

# The change of fewer than these says more about them than about those who did not answer.
FEWEST_PAIRS = 3
# A total, its parts, and the part that takes what no other part was stated to be.
GROUPS = {
    "employees_total": (
        ("employees_women", "employees_men", "employees_gender_not_stated"),
        "employees_gender_not_stated",
    ),
    "placed_total": (
        ("placed_af", "placed_kommun", "placed_other_unpaid", "placed_other_paid"),
        "placed_other_unpaid",
    ),
}
Numbers = dict[str, int]
Name = TypeVar("Name", str, int)


def county(survey: Database) -> County:
    """The county with its provinces and municipalities, as the register has them."""
    inside: dict[str, tuple[str, ...]] = {province.code: () for province in PROVINCES}
    for row in rows(survey, "SELECT code, province FROM municipality ORDER BY code"):
        inside[row["province"]] = (*inside.get(row["province"], ()), row["code"])
    return County(COUNTY.code, inside)


def basis_of(survey: Database, survey_round: Round) -> Basis:
    """What a round's figures are made of."""
    return made_of(answered(survey, survey_round))


def made_of(everyone: Sequence[Answered]) -> Basis:
    """What the figures of these enterprises are made of."""
    inside = [each for each in everyone if each.in_scope]
    # An estimate is no answer.
    count = sum(1 for each in inside if each.numbers is not None and not each.is_estimated)
    guessed = tuple(each.municipality for each in inside if each.is_estimated)
    return Basis(records(everyone), len(inside), count, guessed)


def answered(survey: Database, survey_round: Round) -> list[Answered]:
    """Every invited enterprise with its reviewed numbers, or those estimated for it."""
    given = _answers(survey, survey_round.year)
    outside = calls.outside(survey, survey_round.id)
    used = estimated(survey, survey_round)
    # Of an earlier round the file knows better than the register where everyone was.
    sql = """SELECT i.id, i.enterprise_id, coalesce(l.municipality_code, e.municipality_code)
        FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id
        LEFT JOIN earlier_line l ON l.invitation_id = i.id WHERE i.round_id = ?"""
    found = []
    for invitation, who, where in survey.conn.execute(sql, (survey_round.id,)).fetchall():
        answers = given.get(who)
        if invitation in used and invitation not in outside:
            one = Answered(who, where, used[invitation].numbers, is_estimated=True)
        elif answers is not None:
            numbers = {n: v for n, v in answers.items() if isinstance(v, int) or v is None}
            one = Answered(who, where, numbers, str(answers.get("status") or ""))
        else:
            # Nobody wrote it, but it was said on the telephone.
            one = Answered(who, where, None, "no_longer_asf" if invitation in outside else None)
        found.append(one)
    return found


def _answers(db: Database, year: int) -> dict[int, Mapping[str, Any]]:
    """What each enterprise answered in a year, as reviewed."""
    return {e.enterprise_id: e.response.answers for e in responses_as_reviewed(db, year)}


@dataclass(frozen=True)
class Change:
    """How a total changed among those who answered in both years, in persons."""

    before: int
    now: int
    pairs: int

    @property
    def is_known(self) -> bool:
        """Whether enough answered in both years for it to say something of others."""
        return self.pairs >= FEWEST_PAIRS and self.before > 0

    def applied_to(self, number: int) -> int:
        """A number changed alike, rounded to whole persons."""
        return (2 * number * self.now + self.before) // (2 * self.before)


@dataclass(frozen=True)
class Offer:
    """What could be estimated for one enterprise without an answer, and what is decided of it.

    `numbers` is None where last year or the change is not known, so that nothing can be said.
    """

    invitation_id: int
    before: Numbers | None
    numbers: Numbers | None
    method: str = "left_out"
    reason: str = ""
    estimate_id: int | None = None

    @property
    def is_used(self) -> bool:
        """Whether its numbers go into the published figures."""
        return self.method == "carried_forward" and self.numbers is not None


def _changes(
    db: Database, survey_round: Round, before: Mapping[int, Mapping[str, Any]]
) -> dict[str, Change]:
    """How each total changed among those who answered both in this round and the year before."""
    now = _in_scope(db, survey_round.year)
    both = [(before[each], answers) for each, answers in now.items() if each in before]
    return {total: _change(both, total) for total in GROUPS}


def _in_scope(db: Database, year: int) -> dict[int, Mapping[str, Any]]:
    found = _answers(db, year).items()
    return {each: said for each, said in found if said.get("status") not in OUT_OF_SCOPE}


def _change(both: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]], total: str) -> Change:
    pairs = [(b[total], n[total]) for b, n in both if _known(b, total) and _known(n, total)]
    return Change(sum(b for b, _ in pairs), sum(n for _, n in pairs), len(pairs))


def _known(answers: Mapping[str, Any], name: str) -> bool:
    return isinstance(answers.get(name), int)


def offers(db: Database, survey_round: Round) -> dict[int, Offer]:
    """What could be estimated, by invitation, for every enterprise that has not answered."""
    return offers_and_changes(db, survey_round)[0]


def offers_and_changes(
    db: Database, survey_round: Round
) -> tuple[dict[int, Offer], dict[str, Change]]:
    """The same, and how each total changed among those who answered this year and the last."""
    before, decided = _in_scope(db, survey_round.year - 1), standing(db, survey_round)
    change = _changes(db, survey_round, before)
    published = _published(db, survey_round)
    sql = """SELECT id, enterprise_id FROM invitation i WHERE round_id = ?
        AND NOT EXISTS (SELECT 1 FROM response p WHERE p.invitation_id = i.id) ORDER BY id"""
    missing = rows(db, sql, (survey_round.id,))
    found = (
        _offer(row["id"], before.get(row["enterprise_id"], {}), change, decided) for row in missing
    )
    return {each.invitation_id: _as_published(each, published) for each in found}, change


def _published(db: Database, survey_round: Round) -> dict[int, Numbers]:
    """The numbers that were last published of each decision of a round."""
    sql = """SELECT x.estimate_id, x.numbers FROM release_estimate x JOIN invitation i
        ON i.id = x.invitation_id JOIN release r ON r.id = x.release_id
        WHERE i.round_id = ? ORDER BY r.published_at, r.rowid"""
    found = rows(db, sql, (survey_round.id,))
    return {row["estimate_id"]: json.loads(row["numbers"]) for row in found}


def _as_published(offer: Offer, published: Mapping[int, Numbers]) -> Offer:
    numbers = published.get(offer.estimate_id or 0)
    return replace(offer, numbers=numbers) if numbers and offer.method != "left_out" else offer


def _offer(
    invitation_id: int,
    before: Mapping[str, Any],
    change: Mapping[str, Change],
    decided: Mapping[int, Mapping[str, Any]],
) -> Offer:
    known = {total: before[total] for total in GROUPS if _known(before, total)}
    can = known and all(change[total].is_known for total in known)
    numbers = _carried(before, change, known) if can else None
    row = decided.get(invitation_id)
    if row is None:
        return Offer(invitation_id, known or None, numbers)
    return Offer(invitation_id, known or None, numbers, row["method"], row["reason"], row["id"])


def _carried(
    before: Mapping[str, Any], change: Mapping[str, Change], known: Iterable[str]
) -> Numbers:
    found: Numbers = {}
    for total in known:
        parts, rest = GROUPS[total]
        weights = {name: before.get(name) or 0 for name in parts}
        weights[rest] += max(0, before[total] - sum(weights.values()))
        found[total] = change[total].applied_to(before[total])
        found |= shared_out(found[total], weights)
    return found


def shared_out(total: int, weights: Mapping[Name, int]) -> dict[Name, int]:
    """Whole numbers in proportion to the weights that add up to the total (largest remainder)."""
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    shares = {name: total * weight // whole for name, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))
    for name in by_remainder[: total - sum(shares.values())]:
        shares[name] += 1
    return shares


def standing(db: Database, survey_round: Round) -> dict[int, dict[str, Any]]:
    """The decision that stands for each invitation of a round about which one was made."""
    sql = """SELECT x.* FROM estimate x JOIN invitation i ON i.id = x.invitation_id
        WHERE i.round_id = ? ORDER BY x.id"""
    found = rows(db, sql, (survey_round.id,))
    return {row["invitation_id"]: row for row in found}


def estimated(db: Database, survey_round: Round) -> dict[int, Offer]:
    """The estimates that go into a round's published figures, by invitation."""
    if not standing(db, survey_round):
        return {}
    offered = offers(db, survey_round)
    return {each: offer for each, offer in offered.items() if offer.is_used}


def note_estimates(db: Database, release_id: str, offers_used: Iterable[Offer]) -> None:
    """Keep the numbers that a release holds estimates of, with the office."""
    sql = "INSERT INTO release_estimate VALUES (?, ?, ?, ?)"
    for offer in offers_used:
        numbers = json.dumps(offer.numbers)
        run(db, sql, (release_id, offer.invitation_id, offer.estimate_id, numbers))
