"""What a reader meets in one language: every page and mail, and the words that stand there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from sqlite_utils import Database

from forms.mailing import WRITERS, compose, deliver
from forms.visitor import Filled, Page, Visitor
from survey_data import invitations, outbox
from survey_data.database import run, scalar
from tests.conftest import BASE, sign_in
from tests.mail_server import text_of

SPOKEN = ("alt", "aria-label", "placeholder", "title", "data-label")
SENTENCES_FOR_SCRIPTS = ("data-more", "data-fewer", "data-same", "data-excess", "data-adds-up")


class _Words(HTMLParser):
    """Collects what is read or heard; not scripts, nor what is marked as another language."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.language = ""
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        elif tag in ("script", "style") or self._is_other(tag, given.get("lang")):
            self.silent = self.silent or tag
        for name in (*SPOKEN, *SENTENCES_FOR_SCRIPTS):
            self.found.append(given.get(name) or "")

    def _is_other(self, tag: str, language: str | None) -> bool:
        return language not in (None, self.language) and tag != "input"

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = ""

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def words_of(html: str) -> str:
    """The words of a page, one piece a line, each piece with single spaces."""
    reader = _Words()
    reader.feed(html)
    pieces = (re.sub(r"\s+", " ", piece).strip() for piece in reader.found)
    return "\n".join(piece for piece in pieces if piece)


@dataclass
class Tour:
    """Goes everywhere in one language and keeps every page under a name."""

    app: Flask
    db: Database
    new_visitor: Callable[[], Visitor]
    language: str
    pages: dict[str, Page] = field(default_factory=dict)

    def visitor(self) -> Visitor:
        """A browser that has chosen the language."""
        visitor = self.new_visitor()
        visitor.open(f"{BASE}/kontakt?lang={self.language}")
        return visitor

    def open(self, visitor: Visitor, path: str) -> Page:
        """Open a page and keep it."""
        page = visitor.open(path if "://" in path else f"{BASE}{path}")
        # The same address may say something else later.
        self.pages[path if path not in self.pages else f"{path} {len(self.pages)}"] = page
        return page

    def fill_in(self, visitor: Visitor, path: str, name: str, field: str, filled: Filled) -> Page:
        """Fill in the form that has a field, and keep what comes back under a name."""
        page = self.open(visitor, path)
        form = page.form_with(field)
        assert form is not None, (path, page.title)
        self.pages[name] = visitor.submit(page, form, filled)
        return self.pages[name]


PUBLIC = (
    "/", "/rapport/", "/om", "/tillganglighet", "/personuppgifter", "/kontakt", "/logga-in",
    "/ny-lank", "/finns-inte", "/logga-ut", "/s/okand", "/logga-in/okand", "/svara/foretaget",
)  # fmt: skip


def public_pages(tour: Tour) -> None:
    """What anyone can open, and what anyone can do wrong."""
    visitor = tour.visitor()
    for path in PUBLIC:
        tour.open(visitor, path)
    for path in ("/ny-lank", "/logga-in"):
        tour.fill_in(visitor, path, f"{path} wrong", "email", {"email": "nobody"})
        tour.fill_in(visitor, path, f"{path} sent", "email", {"email": "nobody@example.org"})
    page = tour.pages["/logga-in/okand"]
    form = page.forms()[-1]
    tour.pages["sign-in link spent"] = visitor.submit(page, form)


def invitation_of(db: Database, answered: bool) -> int:
    """The first invitation of the open round that has, or has not, been answered."""
    found = scalar(
        db,
        "SELECT min(i.id) FROM invitation i JOIN round r ON r.id = i.round_id"
        " WHERE r.closed_at IS NULL AND ? = (i.id IN (SELECT invitation_id FROM response))"
        " AND (? OR i.id NOT IN (SELECT invitation_id FROM draft))",
        [answered, answered],
    )
    return int(found)


COMPANY = {
    "status": "active",
    "respondent_name": "Exempel Exempelsson",
    "respondent_contact": "exempel@example.org",
}
EMPLOYED: Filled = {"employees_total": 40, "employees_women": 20, "employees_men": 20}
PLACED: Filled = {"placed_af": 90, "placed_kommun": 60, "placed_other_unpaid": 0}
# What is sent to a section, in order; each is something that calls for words of its own.
WRONG: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("nothing filled in", "foretaget", dict.fromkeys(("org_number", "as_of_date"), "")),
    ("unreadable", "foretaget", {"org_number": "12", "as_of_date": "i går",
                                 "respondent_name": "850709-9805", "respondent_contact": "x"}),
    ("another day", "foretaget", {"as_of_date": "2021-01-01"}),
    ("company", "foretaget", COMPANY),
    ("numbers missing", "anstallda", {"employees_total": "", "employees_women": ""}),
    ("letters", "anstallda", {"employees_total": "tolv", "employees_women": "1,5"}),
    ("too many", "anstallda", {"employees_total": "100000"}),
    ("one too few", "anstallda", {**EMPLOYED, "employees_total": 41}),
    ("two too many", "anstallda", {**EMPLOYED, "employees_men": 22}),
    ("unusually many", "anstallda", {"employees_total": 400, "employees_women": 200,
                                     "employees_men": 200}),
    ("employed", "anstallda", EMPLOYED),
    ("placed missing", "placerade", dict.fromkeys(PLACED, "")),
    ("many placed", "placerade", PLACED),
    ("placed", "placerade", {"change_reasons": "more_assigned", "comment_changes": "Test."}),
    ("begun only", "fler-fragor", {"certification": "yes"}),
    ("year of founding", "fler-fragor", {"certification": "no", "start_year": "1900"}),
    ("voluntary", "fler-fragor", {
        "legal_form": "foundation", "crit_purpose": "no", "crit_participation": "no",
        "crit_reinvest": "partly", "crit_independent": "no", "start_year": "2000"}),
    ("company again", "foretaget", {"org_number": "556000-4615", "as_of_date": "2021-10-02"}),
)  # fmt: skip


def respondent_pages(tour: Tour) -> None:
    """A whole answer with everything that can go wrong on the way."""
    visitor, invitation_id = tour.visitor(), invitation_of(tour.db, answered=False)
    page = visitor.open(f"{BASE}/s/{invitations.new_link(tour.db, invitation_id)}")
    tour.pages["landing"] = page
    tour.pages["begun"] = visitor.submit(page, page.forms()[-1])
    for section in ("foretaget", "anstallda", "placerade", "fler-fragor", "granska"):
        tour.open(visitor, f"/svara/{section}")
    page = tour.open(visitor, "/svara/granska")
    tour.pages["review, nothing there"] = visitor.submit(page, page.forms()[-1])
    for name, section, filled in WRONG:
        path = f"/svara/{section}"
        tour.fill_in(visitor, path, name, "revision", {**filled, "go": "next"})
    tour.fill_in(visitor, "/svara/foretaget", "later", "revision", {"go": "later"})
    _two_at_once(tour, visitor)
    page = tour.open(visitor, "/svara/granska")
    tour.pages["not certified"] = visitor.submit(page, page.forms()[-1])
    receipt = visitor.submit(page, page.forms()[-1], {"certify": "yes"})
    assert receipt.path == "/svara/kvitto", words_of(receipt.text)
    tour.pages["receipt"] = receipt
    tour.pages["left"] = visitor.submit(receipt, receipt.forms()[-1])


def _two_at_once(tour: Tour, visitor: Visitor) -> None:
    page = visitor.open(f"{BASE}/svara/fler-fragor")
    form = page.form_with("revision")
    assert form is not None
    visitor.submit(page, form, {"start_year": "2001", "go": "next"})
    tour.pages["stale"] = visitor.submit(page, form, {"start_year": "2002", "go": "next"})


def staff_pages(tour: Tour) -> None:
    """The desk, its forms filled in wrong, and the round closed at last."""
    visitor = sign_in(tour.visitor(), tour.db, "coordinator")
    with tour.app.app_context():
        deliver(tour.db)
    mail = scalar(tour.db, "SELECT min(id) FROM outbox WHERE kind = 'invitation'")
    begun = scalar(tour.db, "SELECT min(invitation_id) FROM draft")
    answers = (*(invitation_of(tour.db, answered) for answered in (True, False)), begun)
    for path in (
        "", "?sok=finns-inte", "omgang/2021/skicka", "omgang/2021/paminn", "omgang/2021/stang",
        "foretag", "foretag?sok=finns-inte", "utskick", f"utskick/{mail}", "publicering",
        "publicering/skydd",
        "foretag/dubbletter", "foretag/1", "foretag/1/avsluta", "foretag/1/kontakt/ny",
        "foretag/1/sla-ihop", "foretag/1/sla-ihop?med=2", "forslag", "personal",
        "installningar", "installningar/gallring",
        *(f"svar/{i}" for i in answers), *(f"samtal/{i}" for i in answers),
        "?sortera=-employees",
    ):  # fmt: skip
        tour.open(visitor, f"/samordna/{path}")
    for name, path, known, filled in WRONG_AT_DESK:
        tour.fill_in(visitor, f"/samordna/{path.format(begun)}", name, known, filled)
    _review_pages(tour, visitor)
    _by_phone(tour, visitor, invitation_of(tour.db, answered=False))
    _import_nonsense(tour, visitor)
    _calendar_pages(tour, visitor)
    _take_steps(tour, visitor)
    tour.open(visitor, "/samordna/publicering/skydd?efter=stangning")


def _review_pages(tour: Tour, visitor: Visitor) -> None:
    """Every check there is in the queue, and each decision made badly and then well."""
    for path in ("granska", "granska?fraga=alla"):
        tour.open(visitor, f"/samordna/{path}")
    undecided = "SELECT min(response_id) FROM check_run WHERE response_id NOT IN"
    waiting = scalar(tour.db, f"{undecided} (SELECT response_id FROM decision)")
    path = f"/samordna/granska/{waiting}"
    for decision in ("", "accept", "correct", "return"):
        tour.fill_in(visitor, path, f"review, {decision}", "seen", {"decision": decision})
    known: dict[str, Filled] = {
        "correct": {"edit-employees_men": "x"},
        "return": {"message": "?", "ask-status": "1"},
    }
    for decision, filled in known.items():
        name = f"review, {decision}, filled in"
        tour.fill_in(visitor, path, name, "seen", {**filled, "decision": decision})
    invitation = scalar(tour.db, "SELECT invitation_id FROM response WHERE id = ?", (waiting,))
    page = visitor.open(f"{BASE}/s/{invitations.new_link(tour.db, invitation)}")
    tour.pages["returned"] = visitor.submit(page, page.forms()[-1])


def _by_phone(tour: Tour, visitor: Visitor, invitation_id: int) -> None:
    page = visitor.open(f"{BASE}/samordna/samtal/{invitation_id}")
    form = next(f for f in page.forms() if f.action.startswith("/samordna/telefon/"))
    tour.pages["by phone"] = visitor.submit(page, form)
    for section in ("foretaget", "anstallda", "placerade", "fler-fragor", "granska"):
        tour.open(visitor, f"/svara/{section}")
    page = tour.open(visitor, "/samordna/")
    form = next(f for f in page.forms() if f.action == "/svara/avsluta")
    tour.pages["call over"] = visitor.submit(page, form)


WRONG_AT_DESK: tuple[tuple[str, str, str, Filled], ...] = (
    ("enterprise, nothing", "foretag/nytt", "org_number", {}),
    ("enterprise, wrong", "foretag/nytt", "org_number", {"org_number": "1", "name": "x" * 300,
                                                        "contact_email": "x"}),
    ("enterprise, person", "foretag/nytt", "org_number", {"org_number": "850709-9805"}),
    ("call, nothing", "samtal/{}", "outcome", {}),
    ("call, later", "samtal/{}", "outcome", {"outcome": "call_later", "again_hour": "x"}),
    ("call, wrong", "samtal/{}", "outcome", {"outcome": "no_answer", "again_day": "2001-01-01",
                                             "note": "x" * 2000}),
    ("call, person", "samtal/{}", "outcome", {"outcome": "no_answer", "note": "850709-9805"}),
    ("call, noted", "samtal/{}", "outcome", {"outcome": "no_answer", "again_day": "2999-01-01"}),
    ("call, refused", "samtal/{}", "outcome", {"outcome": "refuses"}),
    ("call, ceased", "samtal/{}", "outcome", {"outcome": "ceased"}),
    ("wish, nothing", "publicering/skydd", "figure", {}),
    ("round, nothing", "omgang/oppna", "due_date", {"year": "", "due_date": ""}),
    ("round, year", "omgang/oppna", "due_date", {"year": "1900"}),
    ("round, still open", "omgang/oppna", "due_date", {}),
    ("closing, nothing", "foretag/1/avsluta", "note", {"last_day": "x"}),
    ("contact, wrong", "foretag/1/kontakt/ny", "phone", {"email": "x", "phone": "850709-9805"}),
    ("settings, wrong", "installningar", "legal_basis", {"name": "", "phone": "x"}),
    ("staff, wrong", "personal", "role", {"email": "x"}),
    ("staff, invited", "personal", "role", {"email": "ny@example.org", "role": "board"}),
    ("closed", "foretag/30/avsluta", "note", {"reason": "dormant", "note": "4711"}),
    ("import, no file", "foretag", "file", {}),
)  # fmt: skip


BAD_LINES = """org_number;name;municipality_code;active_from;contact_email
1;;9999;snart;x
850709-9805;4711;2180;2021-01-01;x@example.org
402000-0016;4711;2180;2021-01-01;x@example.org
"""


def _import_nonsense(tour: Tour, visitor: Visitor) -> None:
    form = tour.open(visitor, "/samordna/foretag").form_with("file")
    assert form is not None
    for name, content in (("bad lines", BAD_LINES), ("no columns", "a;b"), ("empty", "")):
        reply = visitor.client.post(
            f"{BASE}{form.action}",
            data={"csrf_token": form.fields["csrf_token"][0]},
            files={"file": ("register.csv", content.encode())},
        )
        tour.pages[f"import, {name}"] = Page(reply.status_code, str(reply.url), reply.text)


def _calendar_pages(tour: Tour, visitor: Visitor) -> None:
    """Every act planned as if the round were to come, then each page and refusal."""
    for language in ("sv", "en"):
        tour.open(visitor, f"/samordna/utskick/texter/reminder_returned/{language}")
    tour.open(visitor, "/samordna/utskick/texter")
    path = "/samordna/utskick/texter/invitation/sv"
    wrong = {"subject": "", "body": "{x}", "go": "save"}
    tour.fill_in(visitor, path, "mail text, wrong", "subject", wrong)
    run(tour.db, "UPDATE act SET state = 'planned', due_at = replace(due_at, '2021', '2099')"
        " WHERE state = 'skipped' AND due_at > '2021-06'")  # fmt: skip
    run(tour.db, "UPDATE act SET state = 'held' WHERE kind = 'reminder_2'")
    tour.open(visitor, "/samordna/")
    for kind in ("reminder_1", "close", "final_release"):
        act = scalar(tour.db, "SELECT max(id) FROM act WHERE kind = ?", [kind])
        for page in ("", "/nu", "/mottagare"):
            tour.open(visitor, f"/samordna/kalender/{act}{page}")
        for name, day in (("day", "2099-10-01"), ("nothing", "")):
            path = f"/samordna/kalender/{act}"
            tour.fill_in(visitor, path, f"{kind}, {name}", "day", {"day": day, "hour": "09:00"})
        page = visitor.open(f"{BASE}/samordna/")
        for form in [f for f in page.forms() if f"/{act}/" in f.action]:
            tour.pages[f"{kind}, held"] = visitor.submit(page, form)
    page = visitor.open(f"{BASE}/samordna/kalender/{act}/nu")
    tour.pages["release, still open"] = visitor.submit(page, page.forms()[-1])


def _take_steps(tour: Tour, visitor: Visitor) -> None:
    for step in ("skicka", "paminn", "stang"):
        page = visitor.open(f"{BASE}/samordna/omgang/2021/{step}")
        tour.pages[f"{step}, done"] = visitor.submit(page, page.forms()[-1])
    page = tour.open(visitor, "/samordna/publicering")
    tour.pages["published"] = visitor.submit(page, page.forms()[-1])


def closed_pages(tour: Tour) -> None:
    """What a respondent meets once the round is closed."""
    visitor = tour.visitor()
    [invitation_id] = tour.db.conn.execute("SELECT max(id) FROM invitation").fetchone()
    tour.open(visitor, f"{BASE}/s/{invitations.new_link(tour.db, invitation_id)}")


def mails(app: Flask, db: Database, language: str) -> dict[str, str]:
    """One mail of each kind, subject and text."""
    first = outbox.newest(db)[-1]
    response = scalar(db, "SELECT max(id) FROM response")
    invitation = scalar(db, "SELECT invitation_id FROM response WHERE id = ?", [response])
    about = replace(
        first, language=language, staff_id=1, response_id=response, invitation_id=invitation
    )
    with app.app_context():
        messages = {kind: compose(db, replace(about, kind=kind)) for kind in WRITERS}
    return {kind: f"{m['Subject']}\n{text_of(m)}" for kind, m in messages.items()}
