"""Sign-in through an identity provider, tried against a real one on loopback."""

import base64
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import click
import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlite_utils import Database

from app import create_app
from forms.start import identity_provider
from survey_data.database import rows, run, scalar
from survey_data.staff import staff
from tests.conftest import BASE
from tests.support.http_visitor import Visitor, loopback_client
from tests.support.processes import answers, free_port, running, wait_until

EMAIL = "samordnaren@example.org"
MANY = {"email": EMAIL, "email_verified": True, "amr": ["pwd", "mfa"], "groups": ["asf-samordnare"]}
New = Callable[[], Visitor]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """An OpenID provider that a process of its own runs."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = (sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port))
    with running(*command, "--host", "127.0.0.1") as process:
        wait_until(lambda: answers(base), process)
        yield base


@pytest.fixture
def configured(app: Flask, provider: str) -> Flask:
    app.config |= {
        "SECOND_FACTOR": True, "OIDC_ISSUER": provider, "OIDC_CLIENT_ID": "asf",
        "OIDC_CLIENT_SECRET": "secret", "OIDC_FACTORS": "mfa phr",
        "OIDC_ROLES": "coordinator=asf-samordnare,board=asf-styrelse",
    }  # fmt: skip
    identity_provider.install(app)
    return app


def asked(visitor: Visitor, path: str = "/logga-in/tjanst") -> str:
    """Where the link sends the browser."""
    reply = visitor.client.get(f"{BASE}{path}", follow_redirects=False)
    assert reply.status_code == 302, reply.text
    return reply.headers["location"]


def at_provider(provider: str, address: str, sub: str = "somebody", **claims: Any) -> str:
    """Be somebody at the provider; gives the address it sends the browser back to."""
    with loopback_client() as browser:
        browser.put(f"{provider}/users/{sub}", json=claims).raise_for_status()
        reply = browser.post(address, data={"sub": sub})
    assert reply.status_code == 302, reply.text
    return reply.headers["location"]


def through(visitor: Visitor, provider: str, path: str = "/logga-in/tjanst", **claims: Any) -> Any:
    back = at_provider(provider, asked(visitor, path), **claims)
    return visitor.client.get(back, follow_redirects=False)


def test_it_begins_with_a_link_and_asks_as_it_should(
    configured: Flask, visitor: Visitor, provider: str
) -> None:
    page = visitor.open(f"{BASE}/logga-in")
    assert '<a href="/logga-in/tjanst">Logga in med kommunens inloggning</a>' in page.text
    address = asked(visitor)
    assert address.startswith(f"{provider}/oauth2/authorize?")
    sent = parse_qs(urlsplit(address).query)
    assert sent["redirect_uri"] == [f"{BASE}/logga-in/tjanst/svar"]
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["response_type"] == ["code"]
    assert sent["acr_values"] == ["mfa phr"]
    assert all(sent[name][0] for name in ("state", "nonce", "code_challenge"))


def test_the_groups_give_the_role_and_no_app_is_asked_for(
    configured: Flask, visitor: Visitor, provider: str, db: Database
) -> None:
    visitor.open(f"{BASE}/samordna/foretag")
    reply = through(visitor, provider, **MANY)
    assert reply.headers["location"] == "/samordna/foretag"
    assert visitor.open(f"{BASE}/samordna/").path == "/samordna/"
    found = staff.by_email(db, EMAIL)
    assert found is not None
    assert found.role == "coordinator"
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'signed in'") == 1


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"amr": ["pwd"]}, "visade en andra faktor"),
        ({"amr": None}, "visade en andra faktor"),
        ({"groups": ["annan"]}, "ingen behörighet"),
        ({"groups": None}, "ingen behörighet"),
        ({"email": ""}, "ingen behörighet"),
        ({"email_verified": False}, "ingen behörighet"),
    ],
)
def test_whom_the_provider_does_not_vouch_for_stays_outside(
    configured: Flask, visitor: Visitor, provider: str, claims: dict[str, Any], words: str
) -> None:
    given = {name: value for name, value in (MANY | claims).items() if value is not None}
    reply = through(visitor, provider, **given)
    assert reply.status_code == 403
    assert words in reply.text
    assert visitor.open(f"{BASE}/samordna/").path == "/logga-in"


def test_acr_is_as_good_as_amr_and_the_board_needs_neither(
    configured: Flask, new_visitor: New, provider: str
) -> None:
    for claims in ({"amr": [], "acr": "phr"}, {"amr": [], "groups": ["asf-styrelse"]}):
        reply = through(new_visitor(), provider, **(MANY | claims))
        # The last coordinator is not made a member of the board.
        assert reply.status_code == (302 if "acr" in claims else 403)
    board = MANY | {"amr": [], "groups": ["asf-styrelse"], "email": "styrelsen@example.org"}
    board |= {"sub": "another"}
    assert through(new_visitor(), provider, **board).status_code == 302


def test_without_groups_in_the_settings_only_known_staff_come_in(
    configured: Flask, new_visitor: New, provider: str, db: Database
) -> None:
    configured.config["OIDC_GROUPS"] = {}
    assert through(new_visitor(), provider, **MANY).status_code == 403
    staff.add(db, EMAIL, "analyst", "test")
    assert through(new_visitor(), provider, **MANY).headers["location"] == "/till-data"


def test_an_answer_is_taken_once_and_in_the_browser_that_asked(
    configured: Flask, new_visitor: New, provider: str
) -> None:
    one, other = new_visitor(), new_visitor()
    back = at_provider(provider, asked(one), **MANY)
    other.open(f"{BASE}/logga-in")
    assert other.client.get(back).status_code == 403
    assert one.client.get(back, follow_redirects=False).status_code == 302
    assert one.client.get(back).status_code == 403
    forged = back.replace("code=", "code=x")
    asked(other)
    assert other.client.get(forged).status_code == 403


class Forger(BaseHTTPRequestHandler):
    """A provider that says what it is told to, with ID tokens of the test's making."""

    key, token, moved, poses_as = RSAKey.generate_key(2048, {"kid": "1"}), "", False, ""

    def _say(self, said: Any) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """Its metadata and keys."""
        base = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        if self.path == "/keys":
            self._say({"keys": [self.key.as_dict(private=False)]})
        elif Forger.moved and "moved" not in self.path:
            self.send_response(302)
            self.send_header("Location", f"{base}/moved/.well-known/openid-configuration")
            self.end_headers()
        else:
            ends = {n: f"{base}/{n}" for n in ("authorization_endpoint", "token_endpoint")}
            issuer = Forger.poses_as or base
            self._say({"issuer": issuer, "jwks_uri": f"{base}/keys", **ends})

    def do_POST(self) -> None:
        """A token for any code."""
        self._say({"access_token": "x", "token_type": "Bearer", "id_token": Forger.token})

    def log_message(self, *_said: Any) -> None:
        """Say nothing."""


@pytest.fixture
def forger(app: Flask) -> Iterator[str]:
    """Where it is; the application signs in through it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Forger)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    Forger.moved, Forger.poses_as = False, ""
    app.config |= {
        "SECOND_FACTOR": True, "OIDC_ISSUER": base, "OIDC_CLIENT_ID": "asf",
        "OIDC_CLIENT_SECRET": "secret", "OIDC_FACTORS": "mfa",
        "OIDC_ROLES": "coordinator=asf-samordnare",
    }  # fmt: skip
    identity_provider.install(app)
    yield base
    server.shutdown()
    thread.join()
    server.server_close()


def _unsigned(claims: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


def _in_secret(claims: dict[str, Any]) -> str:
    """Signed with what the provider publishes, as if it were a shared secret."""
    public = OctKey.import_key(str(Forger.key.as_dict(private=False)["n"]))
    return jwt.encode({"alg": "HS256", "kid": "1"}, claims, public, algorithms=["HS256"])


def _signed(claims: dict[str, Any], key: RSAKey = Forger.key) -> str:
    return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)


@pytest.mark.parametrize(
    ("changed", "sign", "status"),
    [
        ({}, _signed, 302),
        ({}, lambda claims: _signed(claims, RSAKey.generate_key(2048, {"kid": "1"})), 403),
        ({}, _unsigned, 403),
        ({}, _in_secret, 403),
        ({"iss": "https://other.example.org"}, _signed, 403),
        ({"aud": "another"}, _signed, 403),
        ({"nonce": "another"}, _signed, 403),
        ({"exp": 1}, _signed, 403),
    ],
    ids=["as it should", "key", "none", "secret", "iss", "aud", "nonce", "exp"],
)
def test_an_id_token_that_is_not_the_providers_to_us_now_is_refused(
    visitor: Visitor, forger: str, changed: dict[str, Any], sign: Any, status: int
) -> None:
    sent = parse_qs(urlsplit(asked(visitor)).query)
    now = int(time.time())
    about = {"iss": forger, "aud": "asf", "sub": "1", "iat": now, "exp": now + 60}
    Forger.token = sign(MANY | about | {"nonce": sent["nonce"][0]} | changed)
    back = f"{BASE}/logga-in/tjanst/svar?code=1&state={sent['state'][0]}"
    assert visitor.client.get(back, follow_redirects=False).status_code == status
    lands = visitor.open(f"{BASE}/samordna/").path
    assert (lands == "/samordna/") == (status == 302)


def test_a_provider_that_points_elsewhere_is_not_followed(visitor: Visitor, forger: str) -> None:
    Forger.moved = True
    page = visitor.open(f"{BASE}/logga-in/tjanst")
    assert page.status == 503


def test_a_provider_that_says_it_is_another_is_not_asked(visitor: Visitor, forger: str) -> None:
    Forger.poses_as = "https://other.example.org"
    # The second time, too, when its words are known.
    assert [visitor.open(f"{BASE}/logga-in/tjanst").status for _ in range(2)] == [503, 503]
    Forger.poses_as = f"{forger}/"


def test_who_came_by_a_group_has_no_other_way_in(
    configured: Flask, new_visitor: New, provider: str, db: Database
) -> None:
    staff.add(db, "kvar@example.org", "coordinator", "test")
    through(new_visitor(), provider, **MANY)
    asks = new_visitor()
    for email in (EMAIL, "kvar@example.org"):
        page = asks.open(f"{BASE}/logga-in")
        form = page.form_with("email")
        assert form is not None
        assert email in asks.submit(page, form, {"email": email}).text
    sent = "SELECT group_concat(recipient) FROM outbox WHERE kind = 'sign_in'"
    assert scalar(db, sent) == "kvar@example.org"


def signed_in(visitor: Visitor) -> bool:
    """Whether the coordinator's pages open."""
    return visitor.open(f"{BASE}/samordna/").path == "/samordna/"


@pytest.mark.parametrize("by_groups", [True, False])
def test_an_address_that_another_account_has_got_opens_nothing(
    configured: Flask, new_visitor: New, provider: str, db: Database, *, by_groups: bool
) -> None:
    staff.add(db, EMAIL, "coordinator", "test")
    if not by_groups:
        configured.config["OIDC_GROUPS"] = {}
    first, next_one = new_visitor(), new_visitor()
    # Who shows no second factor is bound to nothing.
    assert through(next_one, provider, **(MANY | {"amr": ["pwd"]}), sub="next").status_code == 403
    for _ in range(2):
        assert through(first, provider, **MANY).status_code == 302
    before = rows(db, "SELECT * FROM staff")
    for sub, email in (("next", EMAIL), ("somebody", "ny@example.org")):
        staff.add(db, "ny@example.org", "coordinator", "test")
        reply = through(next_one, provider, **(MANY | {"email": email}), sub=sub)
        assert reply.status_code == 403
        assert "ett annat konto" in reply.text
        assert not signed_in(next_one)
    assert rows(db, "SELECT * FROM staff WHERE email = ?", (EMAIL,)) == before
    # Nor does a mailed link, where whoever reads it would enrol an app of their own.
    page = next_one.open(f"{BASE}/logga-in")
    next_one.submit(page, page.forms()[-1], {"email": EMAIL})
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'sign_in'") == 0
    assert signed_in(first)
    assert "somebody" not in "".join(db.conn.iterdump())


def test_an_account_that_takes_no_place_changes_nothing(
    configured: Flask, new_visitor: New, provider: str, db: Database
) -> None:
    staff.add(db, EMAIL, "coordinator", "test")
    for claims in ({"amr": ["pwd"]}, {"groups": ["asf-styrelse"]}):
        staff.add(db, "kvar@example.org", "coordinator", "test")
        assert through(new_visitor(), provider, **MANY).status_code == 302
        other = MANY | {"email": "ny@example.org"} | claims
        assert through(new_visitor(), provider, **other).status_code == 403
        other = MANY | {"groups": ["asf-styrelse"]}
        assert through(new_visitor(), provider, **other, sub="next").status_code == 403
    roles = rows(db, "SELECT email, role FROM staff ORDER BY email")
    assert roles == [
        {"email": "kvar@example.org", "role": "coordinator"},
        {"email": EMAIL, "role": "coordinator"},
    ]


@pytest.mark.parametrize("at_terminal", [True, False])
def test_another_coordinator_or_the_terminal_lets_an_account_be_bound_anew(
    configured: Flask, new_visitor: New, provider: str, db: Database, *, at_terminal: bool
) -> None:
    first, other, anew = new_visitor(), new_visitor(), new_visitor()
    through(first, provider, **MANY)
    through(other, provider, **(MANY | {"email": "kvar@example.org"}), sub="kvar")
    page = other.open(f"{BASE}/samordna/personal")
    # Nobody does it for oneself.
    [form] = [f for f in page.forms() if f.action.endswith("/andra-faktor")]
    assert "Släpp kontot" in page.text
    if at_terminal:
        runner = configured.test_cli_runner()
        assert runner.invoke(args=["staff", "reset-factor", EMAIL]).exit_code == 0
    else:
        other.submit(page, form)
    assert not signed_in(first)
    assert scalar(db, "SELECT recipient FROM outbox WHERE kind = 'factor_reset'") == EMAIL
    assert through(anew, provider, **MANY, sub="new").status_code == 302
    assert through(first, provider, **MANY).status_code == 403
    trail = "SELECT count(*) FROM audit WHERE action = ? AND subject = ?"
    who = staff.by_email(db, EMAIL)
    assert who
    assert scalar(db, trail, ("provider account bound", f"staff {who.id}")) == 2
    assert scalar(db, trail, ("provider account released", f"staff {who.id}")) == 1


def test_who_is_removed_leaves_the_address_to_the_next_and_the_account_too(
    configured: Flask, new_visitor: New, provider: str, db: Database
) -> None:
    staff.add(db, "kvar@example.org", "coordinator", "test")
    through(new_visitor(), provider, **MANY)
    staff.remove(db, EMAIL, "test")
    assert scalar(db, "SELECT count(*) FROM provider_account") == 0
    assert through(new_visitor(), provider, **MANY, sub="next").status_code == 302


def test_before_what_matters_the_provider_is_asked_anew(
    configured: Flask, visitor: Visitor, provider: str, db: Database
) -> None:
    through(visitor, provider, **MANY)
    run(db, "UPDATE session SET factor_at = '2001'")
    page = visitor.open(f"{BASE}/samordna/personal")
    form = next(f for f in page.forms() if "role" in f.names and f.method == "post")
    typed = {"email": "ny@example.org", "role": "board"}
    page = visitor.submit(page, form, typed)
    assert "/logga-in/tjanst?igen=1" in page.text
    anew = "/logga-in/tjanst?igen=1"
    sent = parse_qs(urlsplit(asked(visitor, anew)).query)
    assert (sent["max_age"], sent["prompt"]) == (["0"], ["login"])
    now = int(time.time())
    for claims, words in (
        ({"auth_time": now - 3600}, "på nytt"),
        ({"auth_time": 1}, "på nytt"),
        ({"auth_time": now, "email": "annan@example.org"}, "annan person"),
        ({"auth_time": now, "sub": "another"}, "annan person"),
        ({"auth_time": now, "amr": ["pwd"]}, "andra faktor"),
    ):
        reply = through(visitor, provider, anew, **(MANY | claims))
        assert reply.status_code == 403
        assert words in reply.text
    assert "Visa att det är du" in visitor.submit(page, form, typed).text
    assert "Stäng den här fliken" in through(visitor, provider, anew, **MANY, auth_time=now).text
    visitor.submit(page, page.form_with("email") or form, {})
    assert staff.by_email(db, "ny@example.org") is not None


def test_a_provider_that_is_down_says_so(app: Flask, visitor: Visitor) -> None:
    app.config |= {"OIDC_ISSUER": f"http://127.0.0.1:{free_port()}", "OIDC_CLIENT_ID": "asf"}
    identity_provider.install(app)
    page = visitor.open(f"{BASE}/logga-in/tjanst")
    assert page.status == 503
    assert "går inte att nå" in page.text
    assert "Logga in med mejl i stället" in page.text


def test_without_one_there_is_no_link_and_its_addresses_lead_nowhere(visitor: Visitor) -> None:
    assert "/logga-in/tjanst" not in visitor.open(f"{BASE}/logga-in").text
    for path in ("/logga-in/tjanst", "/logga-in/tjanst/svar?code=1&state=2"):
        assert visitor.open(f"{BASE}{path}").path == "/logga-in"


@pytest.mark.parametrize(
    "wrong",
    [{"OIDC_ISSUER": "http://idp.example.org"},
     {"OIDC_ISSUER": "https://idp.example.org", "OIDC_ROLES": "chef=grupp"}],
)  # fmt: skip
def test_settings_that_cannot_be_meant_are_refused_at_the_start(
    tmp_path: Any, wrong: dict[str, str]
) -> None:
    with pytest.raises(click.ClickException, match="ASF_OIDC"):
        create_app({"DATA_DIR": tmp_path / "data", **wrong})
