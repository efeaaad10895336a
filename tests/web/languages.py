"""What a reader meets in one language: every page and mail, and the words that stand there."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pyotp
from flask import Flask
from lxml import etree
from sqlite_utils import Database

from forms.mail import board_mail
from forms.mail.delivery import deliver
from survey_data import outbox
from survey_data.association import entries
from survey_data.database import run, scalar
from survey_data.follow_up import bounces
from survey_data.follow_up.delivery_reports import DeliveryReport
from survey_data.follow_up.refusals import kind_of
from survey_data.mail_kinds import MAIL_KINDS
from survey_data.responses import delegations, responses
from survey_data.rounds import invitations, rounds
from survey_data.staff import staff
from survey_data.staff.sign_in import new_sign_in_link
from survey_data.staff.staff import YEARLY_MAIL
from survey_data.statistics import population
from tests.conftest import BASE, sign_in
from tests.support.association import fill_association
from tests.support.codes import compose
from tests.support.http_visitor import Filled, Page, Visitor
from tests.support.mail_server import text_of

SPOKEN = ("alt", "aria-label", "placeholder", "title", "data-label")
SENTENCES_FOR_SCRIPTS = (
    "data-more", "data-fewer", "data-same", "data-excess", "data-adds-up",
    "data-offline", "data-failed", "data-choose",
)  # fmt: skip


READ = etree.XPath(
    "//text()[not(ancestor::script or ancestor::style"
    " or ancestor::*[@lang != $language and not(self::input)])]"
)
SPOKEN_TOO = etree.XPath("|".join(f"//@{name}" for name in (*SPOKEN, *SENTENCES_FOR_SCRIPTS)))


def words_of(html: str) -> str:
    """The words of a page that are read or heard, one piece a line, each with single spaces.

    Not scripts, nor what is marked as another language.
    """
    page = etree.HTML(html.encode(), etree.HTMLParser(encoding="utf-8"))
    pieces = [*READ(page, language=page.get("lang", "")), *SPOKEN_TOO(page)]
    return "\n".join(" ".join(piece.split()) for piece in pieces if not piece.isspace())


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
        return self.send(visitor, self.open(visitor, path), name, field, filled)

    def send(self, visitor: Visitor, page: Page, name: str, field: str, filled: Filled) -> Page:
        """Send the form that has a field, and keep what comes back under a name."""
        form = page.form_with(field)
        assert form is not None, (page.path, page.title)
        self.pages[name] = visitor.submit(page, form, filled)
        return self.pages[name]


PUBLIC = (
    "/", "/rapport/", "/rapport/fordjupning", "/kommun/", "/kommun/hudiksvall",
    "/rapport/mote", "/rapport/utforska",
    "/rapport/utforska?visa=index&matt=placed", "/rapport/employees", "/rapport/places",
    "/oppna-data/", "/oppna-data/latest/", "/oppna-data/latest/kvalitet",
    "/oppna-data/latest/kodbok",
    "/rapport/steps/badda-in", "/om", "/tillganglighet", "/personuppgifter", "/kontakt",
    "/lattlast", "/logga-in", "/ny-lank", "/finns-inte", "/logga-ut", "/s/okand", "/logga-in/okand",
    "/svara/foretaget",
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
    tour.open(visitor, f"{page.path}/lattlast")
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
    _colleague(tour, visitor)
    _second_browser(tour, invitation_id)
    page = tour.open(visitor, "/svara/granska")
    tour.pages["not certified"] = visitor.submit(page, page.forms()[-1])
    receipt = visitor.submit(page, page.forms()[-1], {"certify": "yes"})
    assert receipt.path == "/svara/kvitto", words_of(receipt.text)
    tour.pages["receipt"] = receipt
    tour.open(visitor, "/svara/ert-foretag")
    tour.pages["left"] = visitor.submit(receipt, receipt.forms()[-1])


def _two_at_once(tour: Tour, visitor: Visitor) -> None:
    tabs = [visitor.open(f"{BASE}/svara/fler-fragor") for _ in range(2)]
    for page, year in zip(tabs, ("2001", "2002"), strict=True):
        form = page.form_with("revision")
        assert form is not None
        filled = {"start_year": year, "go": "next"}
        tour.pages["stale"] = visitor.submit(page, form, filled)
    assert tour.pages["stale"].status == 409


def _colleague(tour: Tour, visitor: Visitor) -> None:
    """A colleague asked in every wrong way, then well; their part, its end, and a code page."""
    path = "/svara/kollegor"
    tour.fill_in(visitor, path, "colleague, nothing", "email", {})
    asked = {"name": "Anna", "email": "anna@example.org", "sections": ["anstallda", "placerade"]}
    for name in ("colleague asked", "colleague asked twice"):
        tour.fill_in(visitor, path, name, "email", asked)
    part = delegations.find(tour.db, scalar(tour.db, "SELECT max(id) FROM delegation"))
    assert part is not None
    other, link = tour.visitor(), f"{BASE}/s/{delegations.new_link(tour.db, part)}"
    page = tour.open(other, link)
    other.submit(page, page.forms()[-1])
    tour.open(visitor, path)
    for section in ("anstallda", "granska", "senare"):
        tour.open(other, f"/svara/{section}")
    tour.fill_in(other, "/svara/anstallda", "colleague saves", "revision", {"go": "later"})
    tour.fill_in(
        other, "/svara/placerade", "colleague saves", "revision", {"placed_af": "5", "go": "later"}
    )
    for section in ("placerade", "granska", "kollegor"):
        tour.open(visitor, f"/svara/{section}")
    page = visitor.open(f"{BASE}{path}")
    revoke = next(f for f in page.forms() if f.action.endswith("/ta-bort"))
    tour.pages["colleague revoked"] = visitor.submit(page, revoke)
    tour.open(other, "/svara/anstallda")
    tour.open(other, link)


def _second_browser(tour: Tour, invitation_id: int) -> None:
    other = tour.visitor()
    page = other.open(f"{BASE}/s/{invitations.new_link(tour.db, invitation_id)}")
    page = tour.pages["code"] = other.submit(page, page.forms()[-1])
    for text in ("1", *["123456"] * 6):
        form = page.form_with("code")
        assert form is not None
        tour.pages[f"code {len(tour.pages)}"] = other.submit(page, form, {"code": text})
    # Nobody has the code, so nobody can use it.
    with tour.app.app_context():
        deliver(tour.db)
    page = tour.open(other, "/svara/kod")
    form = page.form_with("code")
    assert form is not None
    tour.pages["code, wrong"] = other.submit(page, form, {"code": "000000"})
    for _ in range(6):
        run(tour.db, "UPDATE outbox SET state = 'sent', sent_at = due_at WHERE state = 'queued'")
        tour.pages["code, too many"] = other.submit(page, page.forms()[-1])


def staff_pages(tour: Tour) -> None:
    """The office, its forms filled in wrong, and the round closed at last."""
    visitor = sign_in(tour.visitor(), tour.db, "coordinator")
    with tour.app.app_context():
        deliver(tour.db)
    mail = scalar(tour.db, "SELECT min(id) FROM outbox WHERE kind = 'invitation'")
    begun = scalar(tour.db, "SELECT min(invitation_id) FROM draft")
    answers = (*(invitation_of(tour.db, answered) for answered in (True, False)), begun)
    for path in (
        "", "?sok=finns-inte", "omgang/2021/skicka", "omgang/2021/paminn", "omgang/2021/stang",
        "logg", "omgang/2021/sista-dag", "omgang/2021/oppna-igen", "omgang/2021/angra",
        "foretag", "foretag?sok=finns-inte", "utskick", f"utskick/{mail}", "publicering",
        "publicering/skydd",
        "foretag/dubbletter", "foretag/1", "foretag/1/avsluta", "foretag/1/kontakt/ny",
        "foretag/1/sla-ihop", "foretag/1/sla-ihop?med=2", "forslag", "personal",
        "installningar", "installningar/gallring", "samtal", "granska?sok=finns-inte",
        "utskick?sortera=to", "foretag/dubbletter?skal=namn",
        *(f"svar/{i}" for i in answers), *(f"samtal/{i}" for i in answers),
        "?sortera=-employees", "installningar/sakerhet",
    ):  # fmt: skip
        tour.open(visitor, f"/samordna/{path}")
    for name, path, known, filled in WRONG_AT_DESK:
        tour.fill_in(visitor, f"/samordna/{path.format(begun)}", name, known, filled)
    _second_factor_pages(tour)
    _review_pages(tour, visitor)
    _by_phone(tour, visitor, invitation_of(tour.db, answered=False))
    _import_nonsense(tour, visitor)
    _question_pages(tour, visitor)
    _bounced_pages(tour, visitor)
    _calendar_pages(tour, visitor)
    _association_pages(tour, visitor)
    _take_steps(tour, visitor)
    tour.open(visitor, "/samordna/publicering/skydd?efter=stangning")


def _second_factor_pages(tour: Tour) -> None:
    """A second factor enrolled and asked for again, each time wrong and then right."""
    tour.app.config["SECOND_FACTOR"] = True
    visitor = tour.visitor()
    who = staff.add(tour.db, "tre@example.org", "coordinator", "test")
    sign_in_as(visitor, tour.db, who.email)
    tour.fill_in(visitor, "/tva-steg", "enrolled wrong", "code", {"code": "1"})
    key = re.findall(r"<code>([A-Z2-7 ]+)</code>", tour.pages["enrolled wrong"].text)[0]
    code = pyotp.TOTP(key.replace(" ", "")).now()
    tour.fill_in(visitor, "/tva-steg", "enrolled", "code", {"code": code})
    tour.open(visitor, "/tva-steg")
    page = tour.pages["enrolled"]
    form = page.form_with("saved")
    assert form is not None
    tour.pages["codes not saved"] = page = visitor.submit(page, form)
    codes = re.findall(r"<code>([a-z2-7-]{34})</code>", page.text)
    visitor.submit(page, form, {"saved": "1"})
    run(tour.db, "UPDATE session SET factor_at = '2001' WHERE factor_at IS NOT NULL")
    tour.fill_in(visitor, "/tva-steg/igen", "code again wrong", "code", {"code": "1"})
    invited = {"email": "fyra@example.org", "role": "board"}
    path = "/samordna/personal"
    page = tour.fill_in(visitor, path, "asked again", "role", invited)
    again = page.form_with("factor_code")
    assert again is not None
    for name, typed in (("asked again, wrong", "1"), ("asked again, right", codes[0])):
        tour.pages[name] = visitor.submit(page, again, {"factor_code": typed})
    tour.open(visitor, "/mitt-konto")
    run(tour.db, "UPDATE second_factor SET tries = 5")
    tour.fill_in(visitor, "/tva-steg/igen", "code, too many", "code", {"code": "1"})
    run(tour.db, "UPDATE second_factor SET tries = 0")
    tour.app.config["SECOND_FACTOR"] = False
    away = sign_in(tour.visitor(), tour.db, "coordinator")
    page = tour.open(away, path)
    reset = next(f for f in page.forms() if f.action.endswith("/andra-faktor"))
    tour.pages["factor reset"] = away.submit(page, reset)
    page = away.open(f"{BASE}/mitt-konto")
    end = next(f for f in page.forms() if f.action.endswith("/avsluta"))
    tour.pages["session ended"] = away.submit(page, end)


def _association_pages(tour: Tour, visitor: Visitor) -> None:
    """The association's own series: filled in wrong, unusual, and with something in each."""
    fill_association(tour.db, "Test")
    entries.mark_complete(tour.db, "reached", 2021, "test")
    tour.open(visitor, "/samordna/serier")
    for series, known, wrong in OWN_SERIES:
        for path in ("", "/ny", "/1"):
            tour.open(visitor, f"/samordna/serier/{series}{path}")
        for filled in (dict.fromkeys(wrong, ""), wrong):
            path = f"/samordna/serier/{series}/ny"
            tour.fill_in(visitor, path, f"{series} {len(tour.pages)}", known, filled)
        away = f"/samordna/serier/{series}/1"
        tour.fill_in(visitor, away, f"{series} gone", "removal_reason", {"removal_reason": "Test"})


OWN_SERIES: tuple[tuple[str, str, Filled], ...] = (
    ("information", "held_on", {"held_on": "2021-03-04", "kind": "meeting", "audience": "staff",
                                "municipality_code": "2183", "persons": 0}),
    ("platser", "granted", {"municipality_code": "2104", "granted": 1, "used": 2,
                            "individuals": 3, "to_work_women": 1}),
    ("handelser", "label_sv", {"kind": "policy", "municipality_code": "2101", "year": 2022,
                               "label_sv": "Test", "label_en": "Test", "reference": "Test"}),
)  # fmt: skip


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
    ("retention, wrong", "installningar/gallring", "respondents", {"mails": "x"}),
    ("retention, set", "installningar/gallring", "respondents", {"mails": 7}),
    ("logo, none", "installningar", "logo", {}),
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


def _question_pages(tour: Tour, visitor: Visitor) -> None:
    """The round's questions of every kind, all that can be wrong with one, and the rehearsal."""
    for path in ("fragor", "repetition"):
        tour.open(visitor, f"/samordna/{path}")
    good: Filled = {"label_sv": "4711", "label_en": "4711", "choice_sv": ["1", "2"],
                    "choice_en": ["1", "2"], "choice_code": ["", ""]}  # fmt: skip
    bad: Filled = {"kind": "x", "help_sv": "1", "unit_en": "1", "label_sv": "1" * 300,
                   "choice_sv": ["1", "1", ""], "choice_en": ["1", "", ""]}  # fmt: skip
    kinds = ("whole_number", "choice", "several", "yes_no", "long_text")
    for place, kind in enumerate(kinds, 1):
        path, name = f"/samordna/fragor/ny?typ={kind}", f"extra_4711_{place}".removesuffix("_1")
        for how, filled in (("nothing", {}), ("wrong", bad), ("added", good)):
            tour.fill_in(visitor, path, f"{kind}, {how}", "label_sv", filled)
        tour.open(visitor, f"/samordna/fragor/{name}/ta-bort")
        for page in ("arets-fragor", "granska"):
            tour.open(visitor, f"/samordna/fragor/forhandsvisning/{tour.language}/{page}")
    responses.hand_in(tour.db, invitation_of(tour.db, False), {"extra_4711_2": "1",
                      "extra_4711": 4}, "sv", mode="import")  # fmt: skip
    for changed in ({"kind": "long_text"}, {"choice_sv": ["1", "", "3"]}):
        path, name = "/samordna/fragor/extra_4711_2", f"answered {changed}"
        tour.fill_in(visitor, path, name, "label_sv", changed)
    path = "/samordna/fragor/extra_4711"
    tour.fill_in(visitor, path, "answered, unit", "label_sv", {"unit_sv": "5", "unit_en": "5"})
    for action in ("extra_4711/dra-in", "extra_4711/dra-in", "extra_4711_2/flytta"):
        page = tour.open(visitor, "/samordna/fragor")
        form = next(f for f in page.forms() if f.action == f"/samordna/fragor/{action}")
        tour.pages[f"{action} {len(tour.pages)}"] = visitor.submit(page, form)
    for action in ("prov", "prov/ta-bort"):
        page = tour.open(visitor, "/samordna/repetition")
        form = next(f for f in page.forms() if f.action == f"/samordna/repetition/{action}")
        tour.pages[f"trial, {action}"] = visitor.submit(page, form)


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


def _bounced_pages(tour: Tour, visitor: Visitor) -> None:
    """Every cause there is, then each form filled in wrong and well, and the mailbox tried."""
    sent = [m for m in outbox.newest(tour.db) if m.kind == "invitation"]
    causes = ("5.1.1", "5.1.2", "5.1.3", "5.2.1", "5.2.2", "5.7.1", "4.4.1", "5.0.0", "4.7.1")
    for mail, status in zip(sent, causes, strict=False):
        kind = kind_of(status, "", failed=status != "4.7.1")
        report = DeliveryReport(status, mail.recipient, kind, status, "", (mail.message_id or "",))
        bounces.note(tour.db, report, "file", "test")
    for url in ("imap://retur:x@127.0.0.1:1", ""):
        tour.app.config["IMAP_URL"] = url
        for path in ("", "utskick", "installningar", "foretag/1", "utskick?status=bounced"):
            tour.open(visitor, f"/samordna/{path}")
        page = visitor.open(f"{BASE}/samordna/installningar")
        forms = [f for f in page.forms() if f.action.endswith("/brevlada")]
        tour.pages[f"mailbox {url}"] = visitor.submit(page, forms[0]) if forms else page
    for name, email in (("wrong", "x"), ("person", "850709-9805@x.se"), ("right", "a@example.org")):
        tour.fill_in(visitor, "/samordna/utskick", f"address, {name}", "mail", {"email": email})
    tour.fill_in(visitor, "/samordna/utskick", "report, none", "report", {})
    contact = scalar(tour.db, "SELECT id FROM contact WHERE email = ?", (sent[1].recipient,))
    owner = scalar(tour.db, "SELECT enterprise_id FROM contact WHERE id = ?", (contact,))
    tour.open(visitor, f"/samordna/foretag/{owner}")
    run(tour.db, "UPDATE contact SET email = 'b@example.org' WHERE id = ?", (contact,))
    tour.open(visitor, "/samordna/utskick")


def _calendar_pages(tour: Tour, visitor: Visitor) -> None:
    """Every act planned as if the round were to come, then each page and refusal."""
    for language in ("sv", "en"):
        tour.open(visitor, f"/samordna/utskick/texter/reminder_returned/{language}")
    tour.open(visitor, "/samordna/utskick/texter")
    tour.open(visitor, "/samordna/utskick/styrelsen")
    path = "/samordna/utskick/texter/invitation/sv"
    wrong = {"subject": "", "body": "{x}", "go": "save"}
    tour.fill_in(visitor, path, "mail text, wrong", "subject", wrong)
    run(tour.db, "UPDATE act SET state = 'planned', done_at = NULL,"
        " due_at = replace(due_at, '2021', '2099')"
        " WHERE state IN ('skipped', 'done') AND due_at > '2021-06'")  # fmt: skip
    run(tour.db, "UPDATE act SET state = 'paused' WHERE kind = 'reminder_2'")
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
    tour.open(visitor, "/samordna/kommentarer")
    _release(tour, visitor)


def _release(tour: Tour, visitor: Visitor) -> None:
    """The release page filled in wrong, an estimate, and a release that two people make."""
    path = "/samordna/publicering"
    one = str(invitation_of_closed(tour.db))
    page = tour.open(visitor, path)
    for name, field_name, filled in (
        ("estimate without reason", "estimate_reason", {"estimate": one}),
        ("estimate", "estimate_reason", {"estimate": one, "estimate_reason": "-"}),
        ("release without kind", "note_sv", {}),
        ("published", "note_sv", {"kind": "preliminary"}),
        ("release without note", "note_sv", {"kind": "final"}),
        ("estimate taken back", "estimate_reason", {"estimate": []}),
    ):
        page = tour.send(visitor, page, name, field_name, filled)
    other = tour.visitor()
    staff.add(tour.db, "tva@example.org", "coordinator", "test")
    sign_in_as(other, tour.db, "tva@example.org")
    settings = tour.open(visitor, "/samordna/installningar")
    _press(tour, visitor, settings, "/godkannande", "approval on")
    notes = {"kind": "final", "note_sv": "-", "note_en": "-", "incomplete_is_meant": "1"}
    for ending in ("/avsla", "/dra-tillbaka", "/godkann"):
        tour.fill_in(visitor, path, f"asked for {ending}", "note_sv", notes)
        page = tour.open(other, path)
        if ending == "/avsla":
            page = _press(tour, other, page, ending, "declined without reason")
        _press(tour, other, page, ending, f"request {ending}", decline_reason="-")
    tour.open(visitor, "/samordna/installningar")
    tour.open(visitor, "/samordna/")


def _press(tour: Tour, visitor: Visitor, page: Page, ending: str, name: str, **filled: str) -> Page:
    """Send the form of a page whose address ends so, and keep what comes back."""
    [form] = [f for f in page.forms() if f.action.endswith(ending)]
    known = {n: v for n, v in filled.items() if n in form.fields}
    tour.pages[name] = visitor.submit(page, form, known)
    return tour.pages[name]


def invitation_of_closed(db: Database) -> int:
    """An invitation of the newest round that nobody answered and that can be estimated."""
    newest = rounds.latest(db)
    assert newest is not None
    return next(i for i, o in population.offers(db, newest).items() if o.numbers)


def sign_in_as(visitor: Visitor, db: Database, email: str) -> None:
    """Sign in someone who is on the staff already."""
    who = staff.by_email(db, email)
    assert who is not None
    page = visitor.open(f"{BASE}/logga-in/{new_sign_in_link(db, who.id, None)}")
    visitor.submit(page, page.forms()[-1])


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
    colleague = scalar(db, "SELECT max(id) FROM delegation") or delegations.invite(
        db, scalar(db, "SELECT max(id) FROM invitation"), "Anna", "a@example.org", ["*"], "sv", "t"
    )
    about = replace(
        first, language=language, staff_id=1, response_id=response, invitation_id=invitation,
        delegation_id=colleague,
    )  # fmt: skip
    with app.app_context():
        messages = {
            kind: compose(db, replace(about, kind=kind))
            for kind in MAIL_KINDS
            if kind != YEARLY_MAIL
        }
        # The board's mail holds both languages, one after the other: each is read by itself.
        board = board_mail.in_language(db, language, "")
    found = {kind: f"{m['Subject']}\n{text_of(m)}" for kind, m in messages.items()}
    return found | {YEARLY_MAIL: f"{board.subject}\n{board.body}"}
