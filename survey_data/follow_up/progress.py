"""Who has answered: each enterprise's state, computed from what has happened."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data import mail_kinds, outbox
from survey_data.database import read_row, rows
from survey_data.follow_up import bounces
from survey_data.register.enterprises import FULL_NAME
from survey_data.review import proposals, queue
from survey_data.review.decisions import STANDING_DECISION
from survey_data.review.queue import value_as_reviewed
from survey_data.rounds import calls
from survey_data.rounds.calls import Called
from survey_data.rounds.rounds import Round

STATES = ("not_invited", "invited", "bad_address", "mail_failed", "opened", "started", "handed_in",
          "checked", "returned", "refused", "no_contact", "out_of_scope", "ceased")  # fmt: skip
# Handed in, whatever has been done with it since.
ANSWERED = ("handed_in", "checked", "returned")
# No enterprise to ask: in no denominator.
LEFT_OUT = ("out_of_scope", "ceased")
# What an enterprise can say of itself that takes it out of the population of the year.
SAYS_LEFT_OUT = {"closed": "ceased", "moved_away": "out_of_scope", "no_longer_asf": "out_of_scope"}
# Mails that did not reach anyone, as far as anyone knows.
NOT_ARRIVED = ("failed", "uncertain", "bounced")
NOT_TO_PHONE = (*ANSWERED, "refused", *LEFT_OUT)

PROGRESS = f"""SELECT i.id AS invitation_id, e.id AS enterprise_id, {FULL_NAME} AS name,
    e.is_example, m.name AS municipality, i.opened_at,
    (SELECT max(saved_at) FROM draft d WHERE d.invitation_id = i.id) AS saved_at,
    p.version, p.handed_in_at, {value_as_reviewed("employees_total", "p")} AS employees,
    {value_as_reviewed("placed_total", "p")} AS placed,
    {value_as_reviewed("status", "p")} AS status,
    {STANDING_DECISION} AS decision,
    (SELECT {value_as_reviewed("employees_total", "q")} FROM latest_response q
        JOIN invitation j ON j.id = q.invitation_id JOIN round s ON s.id = j.round_id
        WHERE j.enterprise_id = e.id AND s.year = r.year - 1) AS employees_before,
    (SELECT {outbox.STATE} FROM outbox WHERE outbox.invitation_id = i.id
        AND outbox.kind IN {mail_kinds.BRING_LINK}
        ORDER BY outbox.id DESC LIMIT 1) AS mail,
    (SELECT {outbox.STATE} FROM outbox WHERE outbox.invitation_id = i.id
        AND outbox.kind = 'pre_notice' ORDER BY outbox.id DESC LIMIT 1) AS pre_notice,
    {bounces.IS_DEAD.format("c.email")} AS bad_address,
    (SELECT max(coalesce(o.sent_at, o.created_at)) FROM outbox o
        WHERE o.invitation_id = i.id AND o.kind IN {mail_kinds.TO_ENTERPRISES})
        AS mailed_at,
    coalesce(c.email, '') AS email, coalesce(c.phone, '') AS phone,
    coalesce(c.name, '') AS contact_name
    FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id
    JOIN round r ON r.id = i.round_id
    JOIN municipality m ON m.code = e.municipality_code
    LEFT JOIN contact c ON c.enterprise_id = e.id AND c.is_main = 1
    LEFT JOIN latest_response p ON p.invitation_id = i.id
    WHERE i.round_id = ? ORDER BY e.name, e.unit_name"""


@dataclass(frozen=True)
class Standing:
    """Where one enterprise stands in a round; counts are persons, None when not known."""

    invitation_id: int
    enterprise_id: int
    name: str
    municipality: str
    is_example: bool
    state: str
    employees: int | None
    employees_before: int | None
    placed: int | None
    last_happened: str | None
    acted_at: str | None
    mailed_at: str | None
    email: str
    phone: str
    contact_name: str
    calls: int = 0
    try_again_at: str | None = None
    says_left_out: bool = False
    bad_address: bool = False

    @property
    def has_answered(self) -> bool:
        """Whether it has handed in."""
        return self.state in ANSWERED

    @property
    def is_asked(self) -> bool:
        """Whether it belongs to the population of the year, so that a denominator counts it."""
        return self.state not in LEFT_OUT and not self.says_left_out

    @property
    def is_missing(self) -> bool:
        """Whether its answer is what the year lacks."""
        return self.is_asked and not self.has_answered


@dataclass(frozen=True)
class Rates:
    """Two response rates, each with its denominator; the weighted one by last year's employees.

    Out of scope and ceased are left out of both, whether said on the telephone or in an answer:
    they are faults of the frame. Who refuses is asked and has not answered.
    """

    answered: int
    asked: int
    employees_answered: int
    employees_asked: int
    left_out: int = 0
    refused: int = 0

    @property
    def plain(self) -> int:
        """Per cent of the enterprises."""
        return round(100 * self.answered / self.asked) if self.asked else 0

    @property
    def weighted(self) -> int | None:
        """Per cent of last year's employees, None when nobody answered last year."""
        if not self.employees_asked:
            return None
        return round(100 * self.employees_answered / self.employees_asked)


def standings(db: Database, survey_round: Round) -> list[Standing]:
    """Every enterprise of a round and where it stands, by name."""
    phoned = calls.outcomes(db, survey_round.id)
    found = rows(db, PROGRESS, (survey_round.id,))
    return [_standing(row, phoned.get(row["invitation_id"])) for row in found]


def _standing(row: dict[str, Any], called: Called | None) -> Standing:
    acted = max((row[n] for n in calls.OWN_ACTS if row[n]), default=None)
    happened = (acted, row["mailed_at"], called and called.called_at)
    return read_row(Standing, row | {
        "state": calls.state_after(called, row) or _state(row),
        "last_happened": max((at for at in happened if at), default=None),
        "acted_at": acted,
        "calls": called.count if called else 0,
        "try_again_at": called.try_again_at if called else None,
        "says_left_out": row["status"] in SAYS_LEFT_OUT,
    })  # fmt: skip


def _state(row: dict[str, Any]) -> str:
    happened = (
        (row["decision"] == "returned", "returned"),
        # Only what someone has checked: until then it is an answer to review.
        (row["decision"] and row["status"] in SAYS_LEFT_OUT, SAYS_LEFT_OUT.get(row["status"], "")),
        (row["decision"], "checked"),
        (row["handed_in_at"], "handed_in"),
        (row["saved_at"], "started"),
        (row["opened_at"], "opened"),
        (row["bad_address"], "bad_address"),
        ((row["mail"] or row["pre_notice"]) in NOT_ARRIVED, "mail_failed"),
        (row["mail"], "invited"),
    )
    return next((state for fact, state in happened if fact), "not_invited")


def rates(everyone: list[Standing]) -> Rates:
    """Both response rates of a round."""
    asked = [s for s in everyone if s.is_asked]
    answered = [s for s in asked if s.has_answered]
    have, all_of_them = (sum(s.employees_before or 0 for s in some) for some in (answered, asked))
    refused = sum(s.state == "refused" for s in asked)
    left_out = len(everyone) - len(asked)
    return Rates(len(answered), len(asked), have, all_of_them, left_out, refused)


@dataclass(frozen=True)
class Town:
    """How far one municipality has come."""

    name: str
    asked: int
    answered: int


def by_municipality(everyone: list[Standing]) -> list[Town]:
    """Asked and answered in each municipality, by name."""
    asked = [s for s in everyone if s.is_asked]
    counted = Counter(s.municipality for s in asked)
    answered = Counter(s.municipality for s in asked if s.has_answered)
    return [Town(name, counted[name], answered[name]) for name in sorted(counted)]


@dataclass(frozen=True)
class MissingResponses:
    """Enterprises without an answer, by municipality, and work on the answers that is not done."""

    rates: Rates
    by_town: dict[str, list[Standing]]
    unreviewed: int
    returned: int
    proposals: int

    @property
    def missing(self) -> list[Standing]:
        """Every enterprise without an answer, municipality by municipality."""
        return [each for town in self.by_town.values() for each in town]

    def employees_in(self, town: str) -> int:
        """Last year's employees of a municipality's enterprises without an answer."""
        return sum(each.employees_before or 0 for each in self.by_town[town])

    @property
    def employees_missing(self) -> int:
        """Last year's employees of those without an answer."""
        return self.rates.employees_asked - self.rates.employees_answered


def missing_responses(db: Database, survey_round: Round) -> MissingResponses:
    """What is missing of a round now, and what that means for its coverage."""
    everyone = standings(db, survey_round)
    by_town: dict[str, list[Standing]] = {}
    for each in sorted(everyone, key=lambda s: s.municipality):
        if each.is_missing:
            by_town.setdefault(each.municipality, []).append(each)
    decided = queue.decided(db, survey_round)
    proposed = sum(p.year == survey_round.year for p in proposals.waiting(db))
    return MissingResponses(rates(everyone), by_town, decided[None], decided["returned"], proposed)
