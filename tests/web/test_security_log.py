"""The log of security events: a line for each kind, and nothing secret in any."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.office.settings.settings import security_event_words
from forms.web import guards, logs
from forms.web.logs import KINDS
from survey_data import clock
from survey_data.database import run, scalar
from survey_data.staff import staff
from tests.conftest import BASE
from tests.start.test_second_factor import EMAIL, OTHER, code_now, enrol, later, send, use_link
from tests.support.http_visitor import Visitor

New = Callable[[], Visitor]
GUESSES = int(guards.GUESSES.split()[0])


@pytest.fixture(autouse=True)
def _two_coordinators(app: Flask, db: Database) -> Iterator[None]:
    app.config["SECOND_FACTOR"] = True
    for email in (EMAIL, OTHER):
        staff.add(db, email, "coordinator", "test")
    yield
    clock.machine.set_to(None)


def events(app: Flask) -> list[dict[str, str]]:
    text = (Path(app.config["DATA_DIR"]) / logs.SECURITY_LOG).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def refused(visitor: Visitor) -> None:
    """What a stranger does: asks, guesses links until told to wait, forges a form."""
    page = visitor.open(f"{BASE}/logga-in")
    send(visitor, page, "email", email=EMAIL)
    page = visitor.open(f"{BASE}/logga-in/okand-okand-okand-okand")
    visitor.submit(page, page.forms()[-1])
    for path in ("/logga-in", "/ny-lank", "/s/en-lank-som-ingen-har"):
        visitor.client.post(f"{BASE}{path}", data={"csrf_token": "forged"})
    for number in range(GUESSES + 1):
        visitor.open(f"{BASE}/s/gissning-{number}-gissning")


def coordinator_s_day(app: Flask, new_visitor: New, db: Database) -> list[str]:
    """What those who may sign in do, right and wrong; gives the secrets that were used."""
    one, two, reader = new_visitor(), new_visitor(), new_visitor()
    page = use_link(one, db)
    send(one, page, "code", code="000000")
    key, codes, _page = enrol(one, db)
    other_key, more, _page = enrol(two, db, OTHER)
    staff.add(db, "styrelsen@example.org", "board", "test")
    use_link(reader, db, "styrelsen@example.org")
    reader.open(f"{BASE}/samordna/")
    one.open(f"{BASE}/samordna/svar.csv")
    newest = scalar(db, "SELECT max(id) FROM invitation")
    page = one.open(f"{BASE}/samordna/svar/{newest}")
    one.submit(page, next(f for f in page.forms() if "/lankar-slutar/" in f.action))
    page = one.open(f"{BASE}/samordna/personal")
    form = next(f for f in page.forms() if "role" in f.names and f.method == "post")
    one.submit(page, form, {"email": "ny@example.org", "role": "analyst"})
    later(11)
    page = two.open(f"{BASE}/tva-steg/igen")
    send(two, page, "code", code=more[0])
    page = two.open(f"{BASE}/samordna/personal")
    [form] = [f for f in page.forms() if f.action.endswith("/andra-faktor")]
    two.submit(page, form)
    page = two.open(f"{BASE}/tva-steg/igen")
    for _ in range(6):
        page = send(two, page, "code", code="111111")
    run(db, "UPDATE second_factor SET tries = 0")
    page = two.open(f"{BASE}/mitt-konto")
    [form] = [f for f in page.forms() if f.action.endswith("/avsluta")]
    two.submit(page, form)
    page = reader.open(f"{BASE}/rapport/")
    reader.submit(page, next(f for f in page.forms() if f.action.endswith("/logga-ut")))
    with app.app_context():
        app.test_cli_runner().invoke(args=["rotate-secret"])
    return [key, other_key, *codes, *more, code_now(other_key)]


def test_each_kind_of_event_leaves_a_line_and_none_holds_a_secret(
    app: Flask, new_visitor: New, db: Database, link: str, open_round: object
) -> None:
    app.config["SECOND_FACTOR"] = True
    secrets = coordinator_s_day(app, new_visitor, db)
    known, other = new_visitor(), new_visitor()
    page = known.open(link)
    known.submit(page, page.forms()[-1])
    page = known.open(f"{BASE}/svara/foretaget")
    send(known, page, "revision", status="active", respondent_name="Kim Hemlig", go="next")
    page = other.open(link)
    send(other, other.submit(page, page.forms()[-1]), "code", code="123456")
    refused(new_visitor())
    found = events(app)
    counted = Counter(event["kind"] for event in found)
    assert {kind: counted[kind] for kind in KINDS if not counted[kind]} == {}
    assert counted["csrf"] == 3
    assert counted["link_refused"] == GUESSES
    assert counted["sign_in_asked"] == 1
    assert counted["sign_in_refused"] == 1
    assert counted["recovery_code_used"] == 1
    assert counted["factor_reset"] == 1
    assert counted["secret_changed"] == 1
    whole = json.dumps(found, ensure_ascii=False)
    token = link.rsplit("/", 1)[1]
    for secret in (*secrets, token, EMAIL, "Kim Hemlig", "gissning", "okand-okand"):
        assert secret not in whole, secret
    assert {event["address"] for event in found if event["who"] != "terminal"} == {"127.0.0.1"}
    assert not (Path(app.config["DATA_DIR"]) / logs.SECURITY_LOG).stat().st_mode & 0o077


def test_who_is_turned_away_leaves_no_line_of_what_never_happened(
    app: Flask, visitor: Visitor
) -> None:
    form = visitor.open(f"{BASE}/ny-lank").form_with("email")
    assert form is not None
    views = {view for view, _status in logs.BY_ANSWER if view.startswith(logs.STAFF_PAGES)}
    rules = [r for view in views for r in app.url_map.iter_rules(view) if "POST" in r.methods]
    paths = [re.sub("<[^>]+>", "1", rule.rule) for rule in rules]
    assert len(paths) >= len(views)
    for path in (*paths, "/kom-igang/samordnare"):
        reply = visitor.client.post(f"{BASE}{path}", data=form.fields, follow_redirects=False)
        assert reply.status_code == 302, path
    assert not (Path(app.config["DATA_DIR"]) / logs.SECURITY_LOG).exists()


def test_every_kind_has_its_words_and_every_log_is_in_the_inventory(app: Flask) -> None:
    with app.test_request_context("/"):
        assert security_event_words().keys() == set(KINDS)
    root = Path(__file__).parents[2]
    said = (root / "SECURITY.md").read_text("utf-8").partition("## Logs")[2].partition("\n## ")[0]
    told = said.partition("The kinds of security events:")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", told)) == set(KINDS)
    modules = [
        p for name in ("forms", "survey_data", "reports") for p in (root / name).rglob("*.py")
    ]
    text = "\n".join(path.read_text("utf-8") for path in (root / "app.py", *modules))
    files = set(re.findall(r'"(\w+\.(?:log|jsonl))"', text))
    assert files == {logs.SECURITY_LOG, "erasures.jsonl"}
    assert all(f"`{name}`" in said for name in files)
    # Each line of it says what, in which form and where, what for, who reads it and how long.
    rows = [line.strip("| ").split(" | ") for line in said.splitlines() if line.startswith("| ")]
    assert {len(row) for row in rows if row[0] != "proxy"} == {6}
    deploy = root / "forms" / "web" / "deploy"
    assert "access_log off;" in (deploy / "nginx.conf").read_text("utf-8")
    assert not re.search(r"^\s*log\b", (deploy / "Caddyfile").read_text("utf-8"), re.MULTILINE)


def test_an_event_is_in_the_journal_too_where_our_account_changes_nothing(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["LOG"] = "json"
    with app.app_context(), caplog.at_level("INFO", "asf.security"):
        logs.note_event("secret_changed")
    [record] = caplog.records
    assert record.__dict__["fields"] == events(app)[0]
    assert json.loads(logs.JsonLines().format(record)).items() >= events(app)[0].items()


def test_the_coordinator_reads_the_newest(
    app: Flask, new_visitor: New, db: Database, visitor: Visitor
) -> None:
    enrol(visitor, db)
    page = visitor.open(f"{BASE}/samordna/installningar/sakerhet")
    assert "En app kopplades" in page.text
    assert "Inloggning med länk" in page.text
    page = visitor.open(f"{BASE}/samordna/installningar/sakerhet?handelse=signed_in&lang=en")
    assert "Sign-in with a link" in re.sub("<option.*?</option>", "", page.text)


def test_the_log_is_rotated_and_keeps_the_newest(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 2_000)
    with app.app_context():
        for _ in range(200):
            logs.note_event("secret_changed")
        newest = logs.latest_events(5)
    files = sorted(Path(app.config["DATA_DIR"]).glob(f"{logs.SECURITY_LOG}*"))
    assert len(files) == logs.FILES_KEPT + 1
    assert sum(file.stat().st_size for file in files) < 20_000
    assert [event["kind"] for event in newest] == ["secret_changed"] * 5


def test_a_full_disk_costs_nobody_the_page(
    app: Flask, visitor: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    (Path(app.config["DATA_DIR"]) / logs.SECURITY_LOG).mkdir()
    page = visitor.open(f"{BASE}/logga-in")
    assert send(visitor, page, "email", email=EMAIL).status == 200
    assert "Logging error" in capsys.readouterr().err
