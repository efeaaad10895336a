"""Two who act at the same moment on one enterprise's answers, again and again.

Whatever was acknowledged must afterwards be in what was handed in, or stand on the review as not
handed in. Pages over HTTP, each in a thread of its own; the facts are read from the database.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Barrier, Thread

import httpx
from flask import Flask
from sqlite_utils import Database

from survey_data.database import run as execute
from survey_data.database import scalar
from survey_data.errors import ReviewedMeanwhile, RoundClosed
from survey_data.responses import delegations, devices, drafts, responses
from survey_data.responses.devices import Opened
from survey_data.review import decisions, review
from survey_data.review.review import Ruling
from survey_data.rounds import invitations, rounds
from survey_data.tokens import new_token
from tests.support.http_visitor import Page, Visitor, loopback_client

BASE = "http://127.0.0.1"
NUMBERS = "/svara/anstallda"
PLACED = "/svara/placerade"
REVIEW = "/svara/granska"
ANSWERS: drafts.Answers = {
    "status": "active", "respondent_name": "Exempel", "respondent_contact": "a@example.org",
    "employees_total": 8, "employees_women": 5, "employees_men": 3,
    "placed_af": 1, "placed_kommun": 0, "placed_other_unpaid": 0,
}  # fmt: skip


@dataclass
class Result:
    """How often each thing came of a trial, and what must never.

    Those are what was acknowledged and lost or out of sight, stored twice, mailed twice, and given
    up though it could have gone.
    """

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    doubled: int = 0
    sent_twice: int = 0
    given_up: int = 0

    @property
    def bad(self) -> tuple[int, int, int, int]:
        """How often each of what must never happen did."""
        return len(self.faults), self.doubled, self.sent_twice, self.given_up

    def __str__(self) -> str:
        seen = ", ".join(f"{what} {n}" for what, n in sorted(self.counts.items()))
        return f"{seen} {self.faults[:3] or ''}"


class Enterprise:
    """One enterprise in the open round, with the form open in browsers that its link knows."""

    def __init__(self, app: Flask, invitation: int, base: str = "") -> None:
        """`base`: where a server answers, if the pages are not this process's own."""
        self.app, self.invitation, self.base = app, invitation, base
        drafts.save_answers(self.db, invitation, ANSWERS, 0)
        token = invitations.new_link(self.db, invitation)
        self.one, self.other = self._browser(token), self._browser(token)

    @property
    def db(self) -> Database:
        """This thread's connection."""
        database: Database = self.app.extensions["store"].db
        return database

    def visitor(self) -> Visitor:
        """A browser with no cookies yet."""
        if self.base:
            return Visitor(loopback_client(base_url=self.base))
        transport = httpx.WSGITransport(app=self.app)
        return Visitor(httpx.Client(transport=transport, base_url=BASE))

    def _browser(self, token: str) -> Visitor:
        visitor, mark = self.visitor(), new_token()
        devices.remember(self.db, Opened(self.invitation), mark)
        visitor.client.cookies.set(f"{self.app.config['SESSION_COOKIE_NAME']}-browser", mark)
        return self._begun(visitor, token)

    def _begun(self, visitor: Visitor, token: str) -> Visitor:
        page = visitor.open(f"/s/{token}")
        visitor.submit(page, page.forms()[0])
        return visitor

    def close(self) -> None:
        """Close both browsers."""
        self.one.client.close()
        self.other.client.close()

    @cached_property
    def colleague(self) -> Visitor:
        """A colleague who has been asked for the placed persons."""
        made = delegations.invite(
            self.db, self.invitation, "Kollega", f"{new_token()[:8]}@example.org", ["placerade"],
            "sv", "test",
        )  # fmt: skip
        found = delegations.find(self.db, made)
        assert found
        return self._begun(self.visitor(), delegations.new_link(self.db, found))

    def version(self) -> int:
        """The newest version that is handed in."""
        newest = responses.latest(self.db, self.invitation)
        return newest.version if newest else 0

    def drafted(self) -> drafts.Value:
        """What the draft says of the placed."""
        return drafts.load_draft(self.db, self.invitation).answers["placed_af"]


def autosave(visitor: Visitor, page: Page, value: int) -> bool:
    """Send one field as the script does; whether it was acknowledged as saved."""
    form = page.form_with("revision")
    assert form
    sent = {**form.fields, "placed_af": [str(value)], "field": ["placed_af"]}
    reply = visitor.client.post(f"{PLACED}/spara", data=sent)
    return reply.status_code == 200 and not reply.json()["conflicts"]


def press_hand_in(visitor: Visitor, page: Page) -> int:
    """Press the button of a review; the status, 303 where it was handed in."""
    form = page.form_with("certify")
    assert form
    sent = {**form.fields, "certify": ["yes"]}
    return visitor.client.post(REVIEW, data=sent, follow_redirects=False).status_code


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gave back when all began at the same moment."""
    gate, given = Barrier(len(acts)), [object()] * len(acts)

    def take(place: int) -> None:
        gate.wait()
        given[place] = acts[place]()

    threads = [Thread(target=take, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def out_of_sight(one: Enterprise, value: int) -> bool:
    """Whether an acknowledged value is neither handed in nor shown as not handed in."""
    newest = responses.latest(one.db, one.invitation)
    if newest and newest.answers["placed_af"] == value:
        return False
    shown = one.one.open(REVIEW).text
    said = newest is None or 'id="unsent"' in shown
    return not (said and re.search(rf'class="value">\s*{value}\b', shown))


def hand_in_against_save(one: Enterprise, number: int, result: Result) -> None:
    """A hand-in, while another device saves a field."""
    _save_beside_hand_in(one, one.other, number, result)


def hand_in_against_colleague(one: Enterprise, number: int, result: Result) -> None:
    """A hand-in, while a colleague saves a field of their part."""
    _save_beside_hand_in(one, one.colleague, number, result)


def _save_beside_hand_in(one: Enterprise, other: Visitor, number: int, result: Result) -> None:
    review_page, section = one.one.open(REVIEW), other.open(PLACED)
    before = one.version()
    handed_in, was_saved = at_once(
        lambda: press_hand_in(one.one, review_page), lambda: autosave(other, section, number)
    )
    result.counts[f"handed in {handed_in}"] += 1
    result.counts["saved"] += bool(was_saved)
    if was_saved and out_of_sight(one, number):
        result.faults.append(f"{number} was saved beside {handed_in}")
    if handed_in not in (303, 409) or (handed_in == 409 and one.version() != before):
        result.faults.append(f"{number}: {handed_in} said of version {before}")


def correction_against_hand_in(one: Enterprise, number: int, result: Result) -> None:
    """A hand-in of other answers, while the coordinator corrects what was handed in before."""
    # So many people that no check asks about them: a correction must answer what is asked.
    number = 1 + number % 100
    section = one.one.open(PLACED)
    if one.version() == 0:
        press_hand_in(one.one, one.one.open(REVIEW))
    assert autosave(one.one, section, number)
    review_page = one.one.open(REVIEW)
    before = responses.latest(one.db, one.invitation)
    assert before
    newest = decisions.newest_decision(one.db, before.id)
    ruling = Ruling("staff 1", newest.id if newest else 0)

    def correct() -> bool:
        values: drafts.Answers = {"placed_kommun": number}
        try:
            review.correct(one.db, before.id, values, "Enligt samtal", ruling)
        except ReviewedMeanwhile:
            return False
        return True

    handed_in, corrected = at_once(lambda: press_hand_in(one.one, review_page), correct)
    result.counts[f"handed in {handed_in}"] += 1
    result.counts["corrected"] += bool(corrected)
    # Handing in what stands already stores nothing, and gets in nobody's way.
    is_stored = one.version() > before.version
    if is_stored is bool(corrected) or (is_stored and handed_in != 303):
        result.faults.append(f"{number}: handed in {handed_in} and corrected {corrected}")


def close_against_hand_in(one: Enterprise, number: int, result: Result) -> None:
    """A hand-in, while the coordinator closes the round."""
    assert autosave(one.one, one.one.open(PLACED), number)
    review_page = one.one.open(REVIEW)
    before = one.version()

    def close() -> bool:
        try:
            rounds.close_round(one.db, 2021, "test")
        except RoundClosed:
            return False
        return True

    handed_in, _ = at_once(lambda: press_hand_in(one.one, review_page), close)
    result.counts[f"handed in {handed_in}"] += 1
    newest = responses.latest(one.db, one.invitation)
    stored = bool(newest and newest.version > before and newest.answers["placed_af"] == number)
    if handed_in not in (303, 410) or stored is not (handed_in == 303):
        result.faults.append(f"{number}: {handed_in} said and stored {stored}")
    execute(one.db, "UPDATE round SET closed_at = NULL WHERE year = 2021")


def two_devices(one: Enterprise, number: int, result: Result) -> None:
    """Two devices that save different values in one field, from the same page."""
    here, there = one.one.open(PLACED), one.other.open(PLACED)
    mine, theirs = 2 * number, 2 * number + 1
    saved = at_once(
        lambda: autosave(one.one, here, mine), lambda: autosave(one.other, there, theirs)
    )
    result.counts[f"saved {sum(map(bool, saved))}"] += 1
    kept = [value for value, done in zip((mine, theirs), saved, strict=True) if done]
    if kept != [one.drafted()]:
        result.faults.append(f"{kept} acknowledged and {one.drafted()} kept")


def double_post(one: Enterprise, number: int, result: Result) -> None:
    """One hand-in, sent twice as by a double click."""
    assert autosave(one.one, one.one.open(PLACED), number)
    review_page, before = one.one.open(REVIEW), one.version()
    said = at_once(*[lambda: press_hand_in(one.one, review_page)] * 2)
    result.counts[f"said {said}"] += 1
    result.doubled += one.version() - before > 1
    sql = """SELECT count(*) FROM outbox o JOIN response r ON r.id = o.response_id
        WHERE o.kind = 'receipt' AND r.invitation_id = ? AND r.version > ?"""
    result.sent_twice += scalar(one.db, sql, (one.invitation, before)) > 1
    newest = responses.latest(one.db, one.invitation)
    if not newest or newest.version == before or newest.answers["placed_af"] != number:
        result.faults.append(f"{number}: {said} and stored {newest}")


RACES: dict[str, Callable[[Enterprise, int, Result], None]] = {
    "hand-in against save": hand_in_against_save,
    "hand-in against a colleague": hand_in_against_colleague,
    "correction against hand-in": correction_against_hand_in,
    "close against hand-in": close_against_hand_in,
    "two devices": two_devices,
    "double post": double_post,
}


def run(app: Flask, name: str, times: int) -> Result:
    """Run one kind of race a number of times, on an enterprise of its own."""
    db = app.extensions["store"].db
    place = list(RACES).index(name)
    invitation = scalar(db, "SELECT id FROM invitation ORDER BY id LIMIT 1 OFFSET ?", (place,))
    one, result = Enterprise(app, int(invitation)), Result()
    app.extensions["limits"].enabled = False
    for number in range(2, times + 2):
        RACES[name](one, number, result)
    app.extensions["limits"].enabled = True
    return result
