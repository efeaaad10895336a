"""Who counts in a round, and what each of them adds: the truth that figures are made of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.disclosure.contributions import Record
from survey_data.register import enterprises
from survey_data.responses import responses
from survey_data.review import decisions
from survey_data.rounds import calls
from survey_data.rounds.rounds import Round
from survey_data.statistics import estimates
from survey_data.statistics.tabulation import Answered, County, county_of, records


@dataclass(frozen=True)
class Basis:
    """What a year's figures are made of, and how many were asked and answered."""

    records: tuple[Record, ...]
    asked: int
    answered: int
    # Municipalities that have an enterprise whose numbers are estimated.
    estimated: frozenset[str] = frozenset()


def county(survey: Database) -> County:
    """The county with its provinces and municipalities, as the register has them."""
    return county_of([(m.code, m.province) for m in enterprises.municipalities(survey)])


def basis_of(survey: Database, survey_round: Round) -> Basis:
    """What a round's figures are made of."""
    everyone = answered(survey, survey_round)
    inside = [each for each in everyone if each.in_scope]
    # An estimate is no answer.
    count = sum(1 for each in inside if each.numbers is not None and not each.is_estimated)
    guessed = frozenset(each.municipality for each in inside if each.is_estimated)
    return Basis(records(everyone), len(inside), count, guessed)


def answered(survey: Database, survey_round: Round) -> list[Answered]:
    """Every invited enterprise with its reviewed numbers, or those estimated for it."""
    given = {
        each.enterprise_id: each.response
        for each in decisions.responses_as_reviewed(survey, survey_round.year)
    }
    outside = calls.outside(survey, survey_round.id)
    estimated = estimates.used(survey, survey_round)
    return [
        _estimated(row, estimated[row["id"]])
        if row["id"] in estimated and row["id"] not in outside
        else _one(row, given.get(row["enterprise_id"]), row["id"] in outside)
        for row in rows(
            survey,
            # Of an earlier round the file knows better than the register where everyone was.
            "SELECT i.id, i.enterprise_id,"
            " coalesce(l.municipality_code, e.municipality_code) AS municipality_code"
            " FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id"
            " LEFT JOIN earlier_line l ON l.invitation_id = i.id WHERE i.round_id = ?",
            (survey_round.id,),
        )
    ]


def _estimated(row: dict[str, int | str], offer: estimates.Offer) -> Answered:
    who, where = int(row["enterprise_id"]), str(row["municipality_code"])
    return Answered(who, where, offer.numbers, is_estimated=True)


def _one(row: dict[str, int | str], response: responses.Response | None, outside: bool) -> Answered:
    who, where = int(row["enterprise_id"]), str(row["municipality_code"])
    if response is None:
        # Nobody wrote it, but it was said on the telephone.
        return Answered(who, where, None, "no_longer_asf" if outside else None)
    numbers = {n: v for n, v in response.answers.items() if isinstance(v, int) or v is None}
    return Answered(who, where, numbers, str(response.answers.get("status") or ""))
