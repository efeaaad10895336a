"""Every address there is, who may use it, and what every answer must carry."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail.board_mail import decline_link
from forms.mail.delivery import deliver
from forms.questionnaire.extra_question import Typed
from forms.questionnaire.inventory import as_dicts
from survey_data.database import rows, run, scalar
from survey_data.history import imported_rounds
from survey_data.register import enterprises
from survey_data.rounds import extra_questions, invitations
from survey_data.staff import logo, staff
from survey_data.staff.sign_in import new_sign_in_link
from survey_data.staff.staff import COORDINATE, MICRODATA, ROLES, may
from tests.conftest import BASE, sign_in
from tests.office.settings.test_logo import png
from tests.support.association import fill_association
from tests.support.http_visitor import Visitor

ANYONE, RESPONDENT, COORDINATOR = "anyone", "respondent", "coordinator"
ANALYST, STAFF = "analyst", "staff"
# Whoever used a sign-in link and has not shown a second factor; tests/start/test_second_factor.py.
WAITING = "waiting"
WHO = ("nobody", "respondent", *reversed(ROLES))

# Every route: who may use it. A route that is not here fails a test, and so does one that
# is here and no longer exists.
ROUTES = {
    # Where no provider is configured; tests/start/test_identity_provider.py where one is.
    ("GET", "/logga-in/tjanst"): WAITING,
    ("GET", "/logga-in/tjanst/svar"): WAITING,
    ("GET", "/tva-steg"): WAITING,
    ("POST", "/tva-steg"): WAITING,
    ("POST", "/tva-steg/koder"): WAITING,
    ("POST", "/tva-steg/sparade"): WAITING,
    ("GET", "/tva-steg/igen"): STAFF,
    ("POST", "/tva-steg/igen"): STAFF,
    ("GET", "/mitt-konto"): STAFF,
    ("POST", "/mitt-konto/<handle>/avsluta"): STAFF,
    ("POST", "/mitt-konto/ny-app"): STAFF,
    ("POST", "/samordna/personal/<int:staff_id>/andra-faktor"): COORDINATOR,
    ("POST", "/samordna/svar/<int:invitation_id>/avsluta-inloggningar"): COORDINATOR,
    ("GET", "/"): ANYONE,
    ("GET", "/data"): ANYONE,
    ("GET", "/kontakt"): ANYONE,
    ("GET", "/logotyp"): ANYONE,
    ("GET", "/om"): ANYONE,
    ("GET", "/personuppgifter"): ANYONE,
    ("GET", "/tillganglighet"): ANYONE,
    ("GET", "/rapport/"): ANYONE,
    ("GET", "/rapport/fordjupning"): ANYONE,
    ("GET", "/rapport/hela"): ANYONE,
    ("GET", "/kommun/"): ANYONE,
    ("GET", "/kommun/<name>"): ANYONE,
    ("GET", "/kommun/<name>-<any(sv, en):language>.<any(pdf, pptx):kind>"): ANYONE,
    ("GET", "/mikrodata/"): ANALYST,
    # Each download is a line in the trail, so it takes a press of a button.
    ("POST", "/mikrodata/<int:year>.zip"): ANALYST,
    ("GET", "/rapport/<chart>"): ANYONE,
    ("GET", "/rapport/<chart>.csv"): ANYONE,
    ("GET", "/rapport/<chart>.svg"): ANYONE,
    ("GET", "/rapport/<chart>.html"): ANYONE,
    ("GET", "/rapport/<chart>/badda-in"): ANYONE,
    ("GET", "/rapport/utforska"): ANYONE,
    ("GET", "/rapport/utforska.csv"): ANYONE,
    ("GET", "/rapport/utforska.svg"): ANYONE,
    ("GET", "/rapport/utforska.html"): ANYONE,
    (
        "GET",
        "/rapport/rapport-<release>-<any(sv, en):language>.<any(pdf, pptx, docx):kind>",
    ): ANYONE,
    ("GET", "/rapport/mote"): ANYONE,
    ("GET", "/oppna-data/"): ANYONE,
    ("GET", "/oppna-data/exempel"): ANYONE,
    ("GET", "/oppna-data/<number>/"): ANYONE,
    ("GET", "/oppna-data/<number>/<name>"): ANYONE,
    ("GET", "/oppna-data/<number>/kodbok"): ANYONE,
    ("GET", "/oppna-data/<number>/kvalitet"): ANYONE,
    ("GET", "/oppna-data/dcat.rdf"): ANYONE,
    ("GET", "/robots.txt"): ANYONE,
    ("GET", "/sitemap.xml"): ANYONE,
    # Whoever holds the link is the member of the board it was mailed to.
    ("GET", "/arsmejl/<token>"): ANYONE,
    ("POST", "/arsmejl/<token>"): ANYONE,
    ("GET", "/static/<path:filename>"): ANYONE,
    ("GET", "/static/reports/<path:filename>"): ANYONE,
    # Whoever holds the link is the one it was sent to.
    ("GET", "/s/<link:token>"): ANYONE,
    ("POST", "/s/<link:token>"): ANYONE,
    ("GET", "/s/<link:token>/arbetsblad.<any(pdf, xlsx):kind>"): ANYONE,
    ("GET", "/s/<link:token>/lattlast"): ANYONE,
    ("GET", "/lattlast"): ANYONE,
    ("GET", "/ny-lank"): ANYONE,
    ("POST", "/ny-lank"): ANYONE,
    ("GET", "/logga-in"): ANYONE,
    ("POST", "/logga-in"): ANYONE,
    ("GET", "/logga-in/<link:token>"): ANYONE,
    ("POST", "/logga-in/<link:token>"): ANYONE,
    ("POST", "/logga-ut"): ANYONE,
    # Only leads to the data pages, which look for themselves.
    ("GET", "/till-data"): ANYONE,
    ("POST", "/svara/avsluta"): ANYONE,
    ("GET", "/svara/<section>"): RESPONDENT,
    ("POST", "/svara/<section>"): RESPONDENT,
    ("POST", "/svara/<section>/spara"): RESPONDENT,
    ("GET", "/svara/forra-aret"): RESPONDENT,
    ("POST", "/svara/forra-aret"): RESPONDENT,
    ("GET", "/svara/granska"): RESPONDENT,
    ("POST", "/svara/granska"): RESPONDENT,
    ("GET", "/svara/kvitto"): RESPONDENT,
    ("GET", "/svara/kvitto/<int:version>.pdf"): RESPONDENT,
    ("GET", "/svara/arbetsblad.<any(pdf, xlsx):kind>"): RESPONDENT,
    ("GET", "/svara/ert-foretag"): RESPONDENT,
    ("GET", "/svara/ert-foretag.pdf"): RESPONDENT,
    ("GET", "/svara/kollegor"): RESPONDENT,
    ("POST", "/svara/kollegor"): RESPONDENT,
    ("POST", "/svara/kollegor/<int:delegation_id>/ta-bort"): RESPONDENT,
    # Look for themselves whether the browser has opened a link.
    ("GET", "/svara/kod"): ANYONE,
    ("POST", "/svara/kod"): ANYONE,
    ("POST", "/svara/kod/ny"): ANYONE,
    ("GET", "/svara/senare"): RESPONDENT,
    ("GET", "/samordna/"): COORDINATOR,
    ("GET", "/samordna/foretag"): COORDINATOR,
    ("GET", "/samordna/foretag.csv"): COORDINATOR,
    ("GET", "/samordna/foretag/nytt"): COORDINATOR,
    ("POST", "/samordna/foretag/nytt"): COORDINATOR,
    ("GET", "/samordna/foretag/<int:enterprise_id>"): COORDINATOR,
    ("POST", "/samordna/foretag/<int:enterprise_id>"): COORDINATOR,
    ("GET", "/samordna/foretag/import"): COORDINATOR,
    ("POST", "/samordna/foretag/import"): COORDINATOR,
    ("GET", "/samordna/foretag/import/<key>"): COORDINATOR,
    ("GET", "/samordna/foretag/import/<key>/fel.xlsx"): COORDINATOR,
    ("GET", "/samordna/foretag/mall.<any(csv, xlsx):suffix>"): COORDINATOR,
    ("POST", "/samordna/foretag/import/bekrafta"): COORDINATOR,
    ("GET", "/samordna/foretag/dubbletter"): COORDINATOR,
    ("GET", "/samordna/foretag/<int:enterprise_id>/avsluta"): COORDINATOR,
    ("POST", "/samordna/foretag/<int:enterprise_id>/avsluta"): COORDINATOR,
    ("POST", "/samordna/foretag/<int:enterprise_id>/oppna-igen"): COORDINATOR,
    ("GET", "/samordna/foretag/<int:enterprise_id>/sla-ihop"): COORDINATOR,
    ("POST", "/samordna/foretag/<int:enterprise_id>/sla-ihop"): COORDINATOR,
    ("GET", "/samordna/foretag/<int:enterprise_id>/kontakt/ny"): COORDINATOR,
    ("POST", "/samordna/foretag/<int:enterprise_id>/kontakt/ny"): COORDINATOR,
    ("GET", "/samordna/foretag/<int:enterprise_id>/kontakt/<int:contact_id>"): COORDINATOR,
    ("POST", "/samordna/foretag/<int:enterprise_id>/kontakt/<int:contact_id>"): COORDINATOR,
    ("POST", "/samordna/foretag/<int:enterprise_id>/kontakt/<int:contact_id>/ta-bort"): COORDINATOR,
    (
        "POST",
        "/samordna/foretag/<int:enterprise_id>/kontakt/<int:contact_id>/huvudkontakt",
    ): COORDINATOR,
    ("GET", "/samordna/forslag"): COORDINATOR,
    ("POST", "/samordna/forslag/rattelse/<int:revision_id>"): COORDINATOR,
    ("GET", "/samordna/personal"): COORDINATOR,
    ("POST", "/samordna/personal"): COORDINATOR,
    ("POST", "/samordna/personal/<int:staff_id>/ta-bort"): COORDINATOR,
    ("POST", "/samordna/personal/<int:staff_id>/avsluta-sessioner"): COORDINATOR,
    ("GET", "/samordna/installningar"): COORDINATOR,
    ("POST", "/samordna/installningar"): COORDINATOR,
    ("GET", "/samordna/installningar/sakerhet"): COORDINATOR,
    ("POST", "/samordna/installningar/provmejl"): COORDINATOR,
    ("POST", "/samordna/installningar/sakerhetskopia"): COORDINATOR,
    ("POST", "/samordna/installningar/sakerhetskopior"): COORDINATOR,
    ("POST", "/samordna/skicka-igen"): COORDINATOR,
    ("GET", "/samordna/installningar/gallring"): COORDINATOR,
    ("POST", "/samordna/installningar/gallring"): COORDINATOR,
    ("POST", "/samordna/installningar/gallring/tider"): COORDINATOR,
    ("POST", "/samordna/installningar/logotyp"): COORDINATOR,
    ("POST", "/samordna/installningar/logotyp/ta-bort"): COORDINATOR,
    # Look for themselves whether the browser is the one that used the set-up link.
    ("GET", "/kom-igang/"): ANYONE,
    ("GET", "/kom-igang/lank/<link:token>"): ANYONE,
    ("POST", "/kom-igang/lank/<link:token>"): ANYONE,
    ("GET", "/kom-igang/forbundet"): ANYONE,
    ("POST", "/kom-igang/forbundet"): ANYONE,
    ("GET", "/kom-igang/samordnare"): ANYONE,
    ("POST", "/kom-igang/samordnare"): ANYONE,
    ("GET", "/kom-igang/demonstration"): COORDINATOR,
    ("POST", "/kom-igang/demonstration"): COORDINATOR,
    ("GET", "/kom-igang/registret"): COORDINATOR,
    ("POST", "/kom-igang/utgava"): COORDINATOR,
    ("POST", "/samordna/forslag/<int:invitation_id>/<field>"): COORDINATOR,
    ("GET", "/samordna/omgang/oppna"): COORDINATOR,
    ("POST", "/samordna/omgang/oppna"): COORDINATOR,
    ("GET", "/samordna/logg"): COORDINATOR,
    ("GET", "/samordna/omgang/<int:year>/sista-dag"): COORDINATOR,
    ("POST", "/samordna/omgang/<int:year>/sista-dag"): COORDINATOR,
    ("GET", "/samordna/omgang/<int:year>/oppna-igen"): COORDINATOR,
    ("POST", "/samordna/omgang/<int:year>/oppna-igen"): COORDINATOR,
    ("POST", "/samordna/omgang/<int:year>/bjud-in/<int:enterprise_id>"): COORDINATOR,
    ("POST", "/samordna/omgang/<int:year>/bjud-in"): COORDINATOR,
    ("GET", "/samordna/omgang/<int:year>/angra"): COORDINATOR,
    ("POST", "/samordna/omgang/<int:year>/angra"): COORDINATOR,
    ("POST", "/samordna/foretag/mejla/<int:invitation_id>/<any(inbjudan, paminnelse):which>"): (
        COORDINATOR
    ),
    ("POST", "/samordna/foretag/lank/<int:invitation_id>"): COORDINATOR,
    ("POST", "/samordna/foretag/lankar-slutar/<int:invitation_id>"): COORDINATOR,
    ("GET", "/samordna/omgang/<int:year>/<step>"): COORDINATOR,
    ("POST", "/samordna/omgang/<int:year>/<step>"): COORDINATOR,
    ("GET", "/samordna/kommentarer"): COORDINATOR,
    ("POST", "/samordna/kommentarer"): COORDINATOR,
    ("GET", "/samordna/rapportkapitel"): COORDINATOR,
    ("GET", "/samordna/rapportkapitel/<int:first>-<int:last>/<name>"): COORDINATOR,
    ("POST", "/samordna/rapportkapitel/<int:first>-<int:last>/<name>"): COORDINATOR,
    ("POST", "/samordna/kommentarer/<int:year>/<chart>/ta-bort"): COORDINATOR,
    ("GET", "/samordna/serier"): COORDINATOR,
    ("GET", "/samordna/serier/information"): COORDINATOR,
    ("GET", "/samordna/serier/information/ny"): COORDINATOR,
    ("POST", "/samordna/serier/information/ny"): COORDINATOR,
    ("GET", "/samordna/serier/information/<int:activity_id>"): COORDINATOR,
    ("POST", "/samordna/serier/information/<int:activity_id>"): COORDINATOR,
    ("POST", "/samordna/serier/information/<int:activity_id>/ta-bort"): COORDINATOR,
    ("GET", "/samordna/serier/platser"): COORDINATOR,
    ("GET", "/samordna/serier/platser/ny"): COORDINATOR,
    ("POST", "/samordna/serier/platser/ny"): COORDINATOR,
    ("GET", "/samordna/serier/platser/<int:place_id>"): COORDINATOR,
    ("POST", "/samordna/serier/platser/<int:place_id>"): COORDINATOR,
    ("POST", "/samordna/serier/platser/<int:place_id>/ta-bort"): COORDINATOR,
    ("GET", "/samordna/serier/handelser"): COORDINATOR,
    ("GET", "/samordna/serier/handelser/ny"): COORDINATOR,
    ("POST", "/samordna/serier/handelser/ny"): COORDINATOR,
    ("GET", "/samordna/serier/handelser/<int:milestone_id>"): COORDINATOR,
    ("POST", "/samordna/serier/handelser/<int:milestone_id>"): COORDINATOR,
    ("POST", "/samordna/serier/handelser/<int:milestone_id>/ta-bort"): COORDINATOR,
    (
        "POST",
        "/samordna/serier/<any(information, platser):which>/<int:year>/klart",
    ): COORDINATOR,
    (
        "POST",
        "/samordna/serier/<any(information, platser):which>/<int:year>/oppna",
    ): COORDINATOR,
    ("GET", "/samordna/publicering"): COORDINATOR,
    ("POST", "/samordna/publicering"): COORDINATOR,
    ("POST", "/samordna/publicering/skattningar/<int:year>"): COORDINATOR,
    ("POST", "/samordna/publicering/<int:request_id>/godkann"): COORDINATOR,
    ("GET", "/samordna/publicering/dra-in"): COORDINATOR,
    ("POST", "/samordna/publicering/dra-in"): COORDINATOR,
    ("POST", "/samordna/publicering/<int:request_id>/avsla"): COORDINATOR,
    ("POST", "/samordna/publicering/<int:request_id>/dra-tillbaka"): COORDINATOR,
    ("POST", "/samordna/installningar/godkannande"): COORDINATOR,
    ("GET", "/samordna/publicering/skydd"): COORDINATOR,
    ("POST", "/samordna/publicering/skydd"): COORDINATOR,
    ("GET", "/samordna/svar/<int:invitation_id>"): COORDINATOR,
    ("GET", "/samordna/granska"): COORDINATOR,
    ("POST", "/samordna/granska"): COORDINATOR,
    ("GET", "/samordna/granska/<int:response_id>"): COORDINATOR,
    ("POST", "/samordna/granska/<int:response_id>"): COORDINATOR,
    ("GET", "/samordna/laget"): COORDINATOR,
    ("GET", "/samordna/samtal/<int:invitation_id>"): COORDINATOR,
    ("POST", "/samordna/samtal/<int:invitation_id>"): COORDINATOR,
    ("GET", "/samordna/telefon/<int:invitation_id>"): COORDINATOR,
    ("POST", "/samordna/telefon/<int:invitation_id>"): COORDINATOR,
    ("GET", "/samordna/lista/<name>.<any(csv, xlsx):suffix>"): COORDINATOR,
    ("GET", "/samordna/samtal"): COORDINATOR,
    ("GET", "/samordna/kalender/<int:act_id>"): COORDINATOR,
    ("POST", "/samordna/kalender/<int:act_id>"): COORDINATOR,
    ("GET", "/samordna/kalender/<int:act_id>/mottagare"): COORDINATOR,
    ("POST", "/samordna/kalender/<int:act_id>/hall"): COORDINATOR,
    ("POST", "/samordna/kalender/<int:act_id>/slapp"): COORDINATOR,
    ("POST", "/samordna/kalender/klockan-stammer"): COORDINATOR,
    ("GET", "/samordna/kalender/<int:act_id>/nu"): COORDINATOR,
    ("POST", "/samordna/kalender/<int:act_id>/nu"): COORDINATOR,
    ("GET", "/samordna/utskick/texter"): COORDINATOR,
    ("GET", "/samordna/utskick/texter/<kind>/<code>"): COORDINATOR,
    ("POST", "/samordna/utskick/texter/<kind>/<code>"): COORDINATOR,
    ("GET", "/samordna/utskick"): COORDINATOR,
    ("GET", "/samordna/fragor"): COORDINATOR,
    ("GET", "/samordna/fragor/ny"): COORDINATOR,
    ("POST", "/samordna/fragor/ny"): COORDINATOR,
    ("POST", "/samordna/fragor/tidigare"): COORDINATOR,
    ("POST", "/samordna/fragor/delar"): COORDINATOR,
    ("GET", "/samordna/fragor/<name>"): COORDINATOR,
    ("POST", "/samordna/fragor/<name>"): COORDINATOR,
    ("POST", "/samordna/fragor/<name>/flytta"): COORDINATOR,
    ("POST", "/samordna/fragor/<name>/dra-in"): COORDINATOR,
    ("GET", "/samordna/fragor/<name>/ta-bort"): COORDINATOR,
    ("POST", "/samordna/fragor/<name>/ta-bort"): COORDINATOR,
    ("GET", "/samordna/fragor/forhandsvisning/<code>/<section>"): COORDINATOR,
    ("POST", "/samordna/fragor/forhandsvisning/<code>/<section>"): COORDINATOR,
    ("GET", "/samordna/svar.<any(csv, xlsx):suffix>"): COORDINATOR,
    ("GET", "/samordna/repetition"): COORDINATOR,
    ("POST", "/samordna/repetition/prov"): COORDINATOR,
    ("POST", "/samordna/repetition/prov/ta-bort"): COORDINATOR,
    ("GET", "/samordna/utskick/styrelsen"): COORDINATOR,
    ("GET", "/samordna/utskick/<int:mail_id>"): COORDINATOR,
    ("POST", "/samordna/utskick/<int:mail_id>/igen"): COORDINATOR,
    ("POST", "/samordna/utskick/igen"): COORDINATOR,
    ("POST", "/samordna/utskick/starta"): COORDINATOR,
    ("POST", "/samordna/utskick/adress/<int:invitation_id>"): COORDINATOR,
    ("POST", "/samordna/foretag/<int:enterprise_id>/prova-adressen"): COORDINATOR,
    ("POST", "/samordna/utskick/rapport"): COORDINATOR,
    ("POST", "/samordna/installningar/brevlada"): COORDINATOR,
    ("GET", "/samordna/tidigare"): COORDINATOR,
    ("GET", "/samordna/tidigare/totaler"): COORDINATOR,
    ("POST", "/samordna/tidigare/totaler"): COORDINATOR,
    ("POST", "/samordna/tidigare/totaler/<int:year>/ta-bort"): COORDINATOR,
    ("GET", "/samordna/tidigare/totaler/mall.<any(csv, xlsx):suffix>"): COORDINATOR,
    ("GET", "/samordna/tidigare/totaler/fil"): COORDINATOR,
    ("POST", "/samordna/tidigare/totaler/fil"): COORDINATOR,
    ("POST", "/samordna/tidigare/totaler/fil/<int:draft_id>"): COORDINATOR,
    ("GET", "/samordna/tidigare/mikrodata"): COORDINATOR,
    ("POST", "/samordna/tidigare/mikrodata"): COORDINATOR,
    ("GET", "/samordna/tidigare/mikrodata/<int:draft_id>"): COORDINATOR,
    ("POST", "/samordna/tidigare/mikrodata/<int:draft_id>"): COORDINATOR,
    ("GET", "/samordna/tidigare/mikrodata/<int:draft_id>/granska"): COORDINATOR,
    ("POST", "/samordna/tidigare/mikrodata/<int:draft_id>/granska"): COORDINATOR,
    ("POST", "/samordna/tidigare/mikrodata/<int:draft_id>/avbryt"): COORDINATOR,
    ("GET", "/samordna/tidigare/omgang/<int:year>"): COORDINATOR,
    ("POST", "/samordna/tidigare/omgang/<int:year>/godkann"): COORDINATOR,
    ("POST", "/samordna/tidigare/omgang/<int:year>/angra"): COORDINATOR,
}
MAY = {
    ANYONE: WHO,
    RESPONDENT: ("respondent",),
    COORDINATOR: tuple(role for role in WHO if may(role, COORDINATE)),
    ANALYST: tuple(role for role in WHO if may(role, MICRODATA)),
    STAFF: tuple(role for role in WHO if role in ROLES),
    WAITING: (),
}


def test_every_route_is_in_the_table_and_every_line_of_it_is_a_route(app: Flask) -> None:
    found = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert found == set(ROUTES)


@pytest.fixture
def addresses(demonstration: Flask, db: Database) -> dict[str, str]:
    """Something real for every part of an address that varies."""
    with demonstration.app_context():
        deliver(db)
    unanswered = scalar(
        db,
        "SELECT i.id FROM invitation i JOIN round r ON r.id = i.round_id AND r.closed_at IS NULL"
        " LEFT JOIN response p ON p.invitation_id = i.id WHERE p.id IS NULL"
        # Where something is saved, a link asks for a code first.
        " AND i.id NOT IN (SELECT invitation_id FROM draft) ORDER BY i.id LIMIT 1",
    )
    logo.keep(db, Path(demonstration.config["DATA_DIR"]), png(), "test")
    who = staff.add(db, "spare@example.org", "board", "test")
    bikes = Typed("whole_number", "Antal cyklar", "Number of bikes").question("extra_bikes")
    extra_questions.add(db, bikes.to_dict(), "test")
    fill_association(db)
    with demonstration.app_context():
        decline = decline_link(who.id)
    return {
        "<path:filename>": "asf.css",
        "reports/asf.css": "reports/board.css",
        "/mikrodata/<int:year>": "/mikrodata/2020",
        "<number>/<name>": "latest/data.json",
        "<number>": "latest",
        "/s/<link:token>": f"/s/{invitations.new_link(db, unanswered)}",
        "/logga-in/<link:token>": f"/logga-in/{new_sign_in_link(db, who.id, None)}",
        "/arsmejl/<token>": decline.removeprefix(BASE),
        "/kommun/<name>-<any(sv, en):language>.<any(pdf, pptx):kind>": "/kommun/gavle-sv.pdf",
        "/kommun/<name>": "/kommun/gavle",
        "<release>-<any(sv, en):language>.<any(pdf, pptx, docx):kind>": "2020-1-sv.pdf",
        "arbetsblad.<any(pdf, xlsx):kind>": "arbetsblad.pdf",
        "<int:version>": "1",
        "<int:year>/<chart>": "2020/placed",
        "<chart>": "employees",
        "<section>": "anstallda",
        "<int:enterprise_id>": "1",
        "<any(csv, xlsx):suffix>": "xlsx",
        "lista/<name>": "lista/utskick",
        "fragor/<name>": "fragor/extra_bikes",
        "forhandsvisning/<code>": "forhandsvisning/en",
        "<int:contact_id>": str(scalar(db, "SELECT id FROM contact WHERE enterprise_id = 1")),
        "<field>": "status",
        "<int:activity_id>": "1",
        "<int:place_id>": "1",
        "<int:milestone_id>": "1",
        "<any(information, platser):which>/<int:year>": "information/2021",
        "<int:staff_id>": str(who.id),
        "<handle>": "0123456789abcdef",
        "/kom-igang/lank/<link:token>": "/kom-igang/lank/okand",
        "<int:year>/<step>": "2021/skicka",
        "<kind>/<code>": "reminder_half_done/sv",
        "<int:act_id>": str(scalar(db, "SELECT max(id) FROM act WHERE kind = 'reminder_1'")),
        "<int:delegation_id>": "1",
        "<int:invitation_id>": str(unanswered),
        "<int:response_id>": str(scalar(db, "SELECT max(id) FROM response")),
        "<int:revision_id>": "1",
        "<int:request_id>": "1",
        "skattningar/<int:year>": "skattningar/2021",
        "totaler/<int:year>": "totaler/2022",
        # Wherever the files of somebody else lie: these are one's own, or gone.
        "<int:draft_id>": "1",
        "import/<key>": "import/okand",
        "tidigare/omgang/<int:year>": f"tidigare/omgang/{earlier_round(db)}",
        "omgang/<int:year>": "omgang/2021",
        "<int:first>-<int:last>/<name>": "2016-2020/conclusions",
        "<any(inbjudan, paminnelse):which>": "inbjudan",
        "<int:mail_id>": str(scalar(db, "SELECT min(id) FROM outbox WHERE kind = 'invitation'")),
    }


def earlier_round(db: Database) -> int:
    """The year of a round that came from a file."""
    mine = enterprises.enterprises(db)[0]
    line = imported_rounds.Line(2, mine, None, {"employees_total": 3}, {"employees_total": "3"})
    found = imported_rounds.Found(
        2015, date(2015, 10, 1), as_dicts(2015), as_dicts(2015), [line], True, "asf-2015.csv",
        "0" * 64, [{"column": "Anställda", "question": "employees_total"}],
    )  # fmt: skip
    return imported_rounds.store(db, found, "test").year


def filled_in(rule: str, addresses: dict[str, str]) -> str:
    for part, value in addresses.items():
        rule = rule.replace(part, value)
    assert "<" not in rule, rule
    return f"{BASE}{rule}"


@pytest.fixture
def everyone(
    addresses: dict[str, str], db: Database, new_visitor: Callable[[], Visitor]
) -> dict[str, httpx.Client]:
    """One browser for each kind of visitor, that shows redirects instead of following them."""
    found = {}
    for who in WHO:
        visitor = new_visitor()
        if who == "respondent":
            page = visitor.open(f"{BASE}{addresses['/s/<link:token>']}")
            page = visitor.submit(page, page.forms()[-1])
            assert page.path == "/svara/siffror"
        elif who != "nobody":
            sign_in(visitor, db, who)
        visitor.client.follow_redirects = False
        found[who] = visitor.client
    return found


def token_of(client: httpx.Client) -> str:
    page = client.get(f"{BASE}/ny-lank").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def contents(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything stored, but for when a session was last seen."""
    tables = [r["name"] for r in rows(db, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert "session" in tables
    found = {name: rows(db, f"SELECT * FROM {name}") for name in tables}
    for session in found["session"]:
        del session["seen_at"]
    return found


def is_refused(reply: httpx.Response, needed: str) -> bool:
    if needed == RESPONDENT:
        return reply.status_code == 403
    to_sign_in = reply.headers.get("location", "").startswith("/logga-in")
    return reply.status_code == 403 or (reply.status_code == 302 and to_sign_in)


def gets() -> list[tuple[str, str]]:
    return [(rule, needed) for (method, rule), needed in ROUTES.items() if method == "GET"]


def posts() -> list[tuple[str, str]]:
    return [(rule, needed) for (method, rule), needed in ROUTES.items() if method == "POST"]


@pytest.fixture
def is_same(db: Database) -> Iterator[Callable[[], bool]]:
    """Whether all that is stored is as it was; read through only where somebody has written."""
    before, path = contents(db), db.conn.execute("PRAGMA database_list").fetchone()[2]
    with closing(sqlite3.connect(path)) as onlooker:

        def writes() -> int:
            return int(onlooker.execute("PRAGMA data_version").fetchone()[0])

        seen = writes()

        def look() -> bool:
            nonlocal seen
            last, seen = seen, writes()
            return last == seen or contents(db) == before

        yield look


def test_what_is_stored_is_the_same_until_somebody_writes(
    db: Database, is_same: Callable[[], bool]
) -> None:
    assert is_same()
    run(db, "INSERT INTO setting (name, value) VALUES ('x', 'y')")
    assert not is_same()


def test_reading_is_for_those_in_the_table_and_safe_and_changes_nothing(
    db: Database,
    addresses: dict[str, str],
    everyone: dict[str, httpx.Client],
    is_same: Callable[[], bool],
) -> None:
    # A session is written down when it has not been seen for a while; here all are.
    run(db, "UPDATE session SET seen_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-1 hour')")
    for rule, needed in gets():
        for who, client in everyone.items():
            reply = client.get(filled_in(rule, addresses))
            allowed = who in MAY[needed]
            about = f"{who} {rule}: {reply.status_code}"
            assert is_refused(reply, needed) != allowed, about
            assert not allowed or reply.status_code in (200, 302, 303), about
            assert is_same(), f"{who} changed something by reading {rule}"
            if not rule.startswith("/static"):
                check_headers(reply, rule)
                check_content(reply, rule)
                if allowed:
                    check_kept(reply, needed, who, rule)
            if allowed and needed != ANYONE:
                assert reply.headers["cache-control"] == "no-store", about
    assert scalar(db, "SELECT count(*) FROM session WHERE seen_at > datetime('now', '-1 minute')")


def test_an_address_with_a_language_reads_the_same_and_changes_nothing(
    addresses: dict[str, str], everyone: dict[str, httpx.Client], is_same: Callable[[], bool]
) -> None:
    for rule, needed in gets():
        who = "respondent" if needed == RESPONDENT else "coordinator"
        reply = everyone[who].get(filled_in(rule, addresses), params={"lang": "en"})
        assert reply.status_code in (200, 302, 303), rule
        # What looks before it opens a link asks for its head alone.
        head = everyone[who].head(filled_in(rule, addresses), params={"lang": "en"})
        assert head.status_code == reply.status_code, rule
        assert is_same(), rule


def test_writing_is_refused_to_everyone_else_and_then_nothing_is_written(
    db: Database, addresses: dict[str, str], everyone: dict[str, httpx.Client]
) -> None:
    before = contents(db)
    tokens = {who: token_of(client) for who, client in everyone.items()}
    for rule, needed in posts():
        for who, client in everyone.items():
            if who in MAY[needed]:
                continue
            reply = client.post(filled_in(rule, addresses), data={"csrf_token": tokens[who]})
            assert is_refused(reply, needed), f"{who} {rule}: {reply.status_code}"
    assert contents(db) == before


def test_writing_is_open_to_those_in_the_table(
    db: Database, addresses: dict[str, str], everyone: dict[str, httpx.Client]
) -> None:
    tokens = {who: token_of(client) for who, client in everyone.items()}
    cookies = {who: httpx.Cookies(client.cookies) for who, client in everyone.items()}
    with closing(sqlite3.connect(":memory:")) as before:
        db.conn.backup(before)
        for rule, needed in [(r, n) for r, n in posts() if n not in (ANYONE, WAITING)]:
            # Each from the same beginning, whatever the one before it wrote or signed out of.
            before.backup(db.conn)
            who = MAY[needed][-1]
            everyone[who].cookies = cookies[who]
            data = {"csrf_token": tokens[who], "way": "up"}
            reply = everyone[who].post(filled_in(rule, addresses), data=data)
            assert not is_refused(reply, needed), rule
            # A form without its content is answered with what lacks; of what is not there, that
            # it is not.
            assert reply.status_code in (200, 302, 303, 404, 422), rule


def test_every_form_is_refused_without_its_token(
    db: Database, addresses: dict[str, str], everyone: dict[str, httpx.Client]
) -> None:
    before, foreign = contents(db), token_of(everyone["nobody"])
    for rule, needed in posts():
        who = "respondent" if needed == RESPONDENT else "coordinator"
        for data in ({}, {"csrf_token": "wrong"}, {"csrf_token": foreign}):
            reply = everyone[who].post(filled_in(rule, addresses), data=data)
            assert reply.status_code == 400, f"{rule} {data}"
    assert contents(db) == before


def test_an_address_that_is_not_there_carries_the_headers_too(coordinator: Visitor) -> None:
    for path in ("/finns-inte", "/s/finns-inte", "/samordna/svar/999999"):
        check_headers(coordinator.client.get(f"{BASE}{path}"), path)
    check_headers(coordinator.client.post(f"{BASE}/logga-ut"), "400")


def check_headers(reply: httpx.Response, rule: str) -> None:
    policy = reply.headers["content-security-policy"]
    assert "unsafe" not in policy, rule
    assert "http" not in policy, rule
    # One chart may stand in a frame on somebody's page; nothing else ever may.
    frames = "*" if rule == "/rapport/<chart>/badda-in" else "'none'"
    for part in ("default-src 'self'", f"frame-ancestors {frames}", "object-src 'none'"):
        assert part in policy, rule
    assert reply.headers["x-content-type-options"] == "nosniff", rule
    assert reply.headers["referrer-policy"] == "same-origin", rule
    assert "server" not in reply.headers


def check_content(reply: httpx.Response, rule: str) -> None:
    """Nothing that the policy would block, or that another host would see."""
    if not reply.headers.get("content-type", "").startswith("text/html"):
        return
    if reply.headers.get("content-disposition", "").startswith("attachment"):
        return  # a file for a disk, never a page of ours
    assert not re.search(r'\sstyle="|\son\w+="|<style', reply.text), rule
    scripts = re.findall(r"<script([^>]*)>", reply.text)
    data = ("src=", "application/json", "application/ld+json")
    assert all(any(kind in s for kind in data) for s in scripts), rule
    fetched = re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>', "", reply.text)
    assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', fetched), rule


def test_what_says_who_it_is_for_is_kept_by_no_cache(
    addresses: dict[str, str], everyone: dict[str, httpx.Client]
) -> None:
    for who, paths in {
        "nobody": ("/tva-steg", "/logga-in", "/logga-in/<link:token>"),
        "respondent": ("/s/<link:token>",),
    }.items():
        for path in paths:
            reply = everyone[who].get(filled_in(path, addresses))
            assert reply.headers["cache-control"] == "no-store", path
    for rule, needed in gets():
        if not MAY[needed]:
            continue
        client, path = everyone[MAY[needed][-1]], filled_in(rule, addresses)
        reply = client.get(path)
        check_methods(client, reply, rule)
        if (mark := reply.headers.get("etag")) and needed != ANYONE:
            # Whoever has seen a page's mark is not told that the page is still so.
            for who in set(WHO) - set(MAY[needed]):
                asked = everyone[who].get(path, headers={"If-None-Match": mark})
                assert is_refused(asked, needed), f"{who} {rule}"


def check_kept(reply: httpx.Response, needed: str, who: str, rule: str) -> None:
    """Nothing personal is kept, and what may be is told apart by what makes it another page."""
    headers = reply.headers
    about = f"{who} {rule} {reply.status_code} {headers}"
    if needed != ANYONE or who in ROLES or "set-cookie" in headers:
        assert headers.get("cache-control") == "no-store" or reply.status_code != 200, about
    elif headers.get("cache-control") != "no-store" and headers["content-type"][:9] == "text/html":
        assert "cookie" in headers["vary"].lower(), about
    for name in ("server", "x-powered-by", "via", "x-runtime"):
        assert name not in headers, about
    for cookie in headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie, about
        assert "SameSite=Lax" in cookie, about


def check_methods(client: httpx.Client, reply: httpx.Response, rule: str) -> None:
    """HEAD says what GET does, OPTIONS names the methods, and no other is taken."""
    path = str(reply.url)
    head = client.head(path)
    assert (head.status_code, head.content) == (reply.status_code, b""), rule
    same = ["content-type", "cache-control", "vary", "content-security-policy"]
    # A token of a form is signed anew each second, in a page that nobody keeps.
    same += ["etag"] if reply.headers.get("cache-control") != "no-store" else []
    assert [head.headers.get(n) for n in same] == [reply.headers.get(n) for n in same], rule
    if rule.startswith("/static"):
        return
    taken = {method for method, known in ROUTES if known == rule} | {"HEAD", "OPTIONS"}
    asked, refused = client.options(path), client.put(path)
    assert asked.content == b"", rule
    assert refused.status_code == 405, rule
    for one in (asked, refused):
        assert taken <= {each.strip() for each in one.headers["allow"].split(",")}, rule


def test_who_leaves_leaves_nothing_in_the_browser(everyone: dict[str, httpx.Client]) -> None:
    for who, path, cleared in (
        ("coordinator", "/logga-ut", '"cache", "storage"'),
        # What waits for a network there is not saved anywhere else.
        ("respondent", "/svara/avsluta", '"cache"'),
    ):
        data = {"csrf_token": token_of(everyone[who])}
        reply = everyone[who].post(f"{BASE}{path}", data=data)
        assert reply.headers["clear-site-data"] == cleared, who


@pytest.mark.parametrize(
    "path",
    [
        "/finns-inte",
        "/samordna/foretag/999999",
        "/samordna/svar/999999",
        "/samordna/granska/999999",
        "/samordna/utskick/999999",
        "/samordna/kalender/999999",
        "/samordna/utskick/texter/kvitto/sv",
        "/rapport/finns-inte.csv",
        "/rapport/rapport-1999-1-sv.pdf",
        "/oppna-data/1999-1/",
        "/oppna-data/latest/secret_key",
        "/arsmejl/okand",
        "/svara/finns-inte",
    ],
)
def test_an_address_that_does_not_exist_says_so(coordinator: Visitor, path: str) -> None:
    page = coordinator.open(f"{BASE}{path}")
    assert page.status == 404
    assert "<h1" in page.text
    assert "Traceback" not in page.text


@pytest.mark.parametrize("path", ["/samordna/foretag/import", "/ny-lank", "/logga-in"])
def test_what_is_too_large_is_told_so_and_not_stored(
    db: Database, coordinator: Visitor, path: str
) -> None:
    token = token_of(coordinator.client)
    before = contents(db)
    reply = coordinator.client.post(
        f"{BASE}{path}",
        data={"csrf_token": token},
        files={"file": ("stor.csv", b"x" * (3 * 1024 * 1024))},
    )
    assert reply.status_code == 413
    assert "Det var för mycket på en gång" in reply.text
    assert contents(db) == before


def test_a_wrong_method_is_told_so(visitor: Visitor) -> None:
    assert visitor.client.get(f"{BASE}/logga-ut").status_code == 405
    assert visitor.client.put(f"{BASE}/logga-in").status_code in (400, 405)
