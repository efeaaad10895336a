"""The second factor of those who can do harm: a code from an app (TOTP), or one saved on paper.

The app's secret is kept encrypted and the ten recovery codes as hashes, so that a copy of the
database signs nobody in. A code is good once: the step of time it belongs to is noted, and none up
to it is taken again. Five wrong ones close the way for a quarter of an hour.
"""

import base64
import hmac
import re
import secrets
from typing import Literal

import pyotp
from cryptography.fernet import Fernet, MultiFernet
from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox
from survey_data.database import first, insert, rows, run, scalar, writing
from survey_data.staff import sessions, staff
from survey_data.staff.staff import Staff
from survey_data.tokens import hashed

Outcome = Literal["right", "recovery", "wrong", "locked"]
STEP_SECONDS = 30
# A telephone's clock may be half a minute off, either way.
STEPS_OFF = (0, -1, 1)
MOST_TRIES, LOCKED_MINUTES = 5, 15
RECOVERY_CODES = 10
# So long somebody counts as the one who signed in, before what others would pay for.
FRESH_MINUTES = 10


def secret_to_be(key: str, raw_session: str) -> str:
    """The secret that a session may enrol: the same whenever its page is shown, and not kept."""
    digest = hmac.digest(bytes.fromhex(key), f"enrol {raw_session}".encode(), "sha256")
    # As long as RFC 4226 wants it, and no app lacks room for.
    return base64.b32encode(digest[:20]).decode()


def is_enrolled(db: Database, staff_id: int) -> bool:
    """Whether somebody has a second factor here."""
    sql = "SELECT EXISTS (SELECT 1 FROM second_factor WHERE staff_id = ?)"
    return bool(scalar(db, sql, (staff_id,)))


def codes_left(db: Database, staff_id: int) -> int:
    """How many recovery codes somebody has not used."""
    sql = "SELECT count(*) FROM recovery_code WHERE staff_id = ? AND used_at IS NULL"
    return int(scalar(db, sql, (staff_id,)))


def enrol(db: Database, who: Staff, secret: str, typed: str, keys: list[str]) -> bool:
    """Keep a secret whose code was typed right; False, and nothing kept, where it was not."""
    step = _step_of(secret, typed, after=0)
    if step is None or is_enrolled(db, who.id):
        return False
    with writing(db):
        kept = _vault(keys).encrypt(secret.encode()).decode()
        insert(db, "second_factor", {"staff_id": who.id, "secret": kept, "last_step": step,
                                     "enrolled_at": clock.machine.now()})  # fmt: skip
        audit_trail.record(db, f"staff {who.id}", "second factor enrolled", f"staff {who.id}")
    return True


def verify(db: Database, staff_id: int, typed: str, keys: list[str]) -> Outcome:
    """Try a code of the app or a recovery code, and use it up if it is right."""
    with writing(db):
        row = first(db, "SELECT * FROM second_factor WHERE staff_id = ?", (staff_id,))
        if row is None:
            return "wrong"
        # What was done while the clock stood ahead locks nobody out once it has come back.
        since = clock.machine.from_now(minutes=-LOCKED_MINUTES)
        if row["tries"] >= MOST_TRIES and since < row["tried_at"] <= clock.machine.now():
            return "locked"
        outcome = _outcome(db, row, typed, keys)
        is_wrong = outcome == "wrong"
        # After the quarter of an hour one is counted from the beginning.
        tries = row["tries"] % MOST_TRIES + 1 if is_wrong else 0
        sql = "UPDATE second_factor SET tries = ?, tried_at = ? WHERE staff_id = ?"
        run(db, sql, (tries, clock.machine.now(), staff_id))
        if outcome != "right":
            said = "second factor refused" if is_wrong else "recovery code used"
            audit_trail.record(db, f"staff {staff_id}", said, f"staff {staff_id}")
    return outcome


def _outcome(db: Database, row: dict[str, object], typed: str, keys: list[str]) -> Outcome:
    secret = _vault(keys).decrypt(str(row["secret"]).encode()).decode()
    step = _step_of(secret, typed, after=int(str(row["last_step"])))
    if step is not None:
        sql = "UPDATE second_factor SET last_step = ? WHERE staff_id = ?"
        run(db, sql, (step, row["staff_id"]))
        return "right"
    sql = """UPDATE recovery_code SET used_at = ?
        WHERE staff_id = ? AND code_hash = ? AND used_at IS NULL"""
    used = run(db, sql, (clock.machine.now(), row["staff_id"], hashed(_tidy(typed))))
    return "recovery" if used else "wrong"


def _step_of(secret: str, typed: str, *, after: int) -> int | None:
    """The step of time that a code belongs to; None for a wrong one, or one up to `after`."""
    code = _tidy(typed)
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    now = int(clock.machine.read().timestamp()) // STEP_SECONDS
    # One used while the clock stood ahead would lock out its owner once it has come back.
    used = after if after <= now + max(STEPS_OFF) else 0
    app = pyotp.TOTP(secret)
    for step in (now + off for off in STEPS_OFF):
        if step > used and hmac.compare_digest(app.generate_otp(step), code):
            return step
    return None


def _tidy(typed: str) -> str:
    return re.sub(r"[\s-]", "", typed).lower()


def _vault(keys: list[str]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(bytes.fromhex(key))) for key in keys])


def new_recovery_codes(db: Database, staff_id: int) -> list[str]:
    """Ten codes that each sign in once without the app; those before them are dead."""
    # So many random bits (140) that a fast hash of each is enough.
    random = [base64.b32encode(secrets.token_bytes(20)).decode() for _ in range(RECOVERY_CODES)]
    codes = [letters[:28].lower() for letters in random]
    with writing(db):
        run(db, "DELETE FROM recovery_code WHERE staff_id = ?", (staff_id,))
        run(db, "UPDATE second_factor SET codes_saved_at = NULL WHERE staff_id = ?", (staff_id,))
        db.table("recovery_code").insert_all(
            {"code_hash": hashed(code), "staff_id": staff_id} for code in codes
        )
        audit_trail.record(db, f"staff {staff_id}", "recovery codes made", f"staff {staff_id}")
    return ["-".join(code[place : place + 4] for place in range(0, 28, 4)) for code in codes]


def note_codes_saved(db: Database, staff_id: int) -> None:
    """Note that somebody says the recovery codes are saved."""
    sql = "UPDATE second_factor SET codes_saved_at = ? WHERE staff_id = ?"
    run(db, sql, (clock.machine.now(), staff_id))


def reset(db: Database, who: Staff, actor: str, language: str = "sv") -> None:
    """Let somebody enrol anew: forget the factor, end the sessions, and write to the person."""
    with writing(db):
        run(db, "DELETE FROM recovery_code WHERE staff_id = ?", (who.id,))
        run(db, "DELETE FROM second_factor WHERE staff_id = ?", (who.id,))
        sessions.end_all_of_staff(db, who.id)
        audit_trail.record(db, actor, "second factor reset", f"staff {who.id}")
        once = f"factor_reset {who.id} {clock.machine.now()}"
        outbox.queue(db, "factor_reset", who.email, once=once, staff_id=who.id, language=language)


def let_begin_anew(db: Database, who: Staff, actor: str, language: str = "sv") -> None:
    """Let somebody show anew who it is: enrol another app, or bind another provider's account."""
    with writing(db):
        staff.release_account(db, who.id, actor)
        reset(db, who, actor, language)


def encrypt_anew(db: Database, keys: list[str]) -> None:
    """Encrypt every secret with the newest key, the first."""
    with writing(db):
        for row in rows(db, "SELECT staff_id, secret FROM second_factor"):
            secret = _vault(keys).rotate(row["secret"].encode()).decode()
            sql = "UPDATE second_factor SET secret = ? WHERE staff_id = ?"
            run(db, sql, (secret, row["staff_id"]))


def is_let_in(db: Database, raw: str) -> bool:
    """Whether a session has shown its second factor, and its owner has saved the codes."""
    # Whoever was let in by an identity provider has none here.
    sql = """SELECT EXISTS (SELECT 1 FROM session s
        LEFT JOIN second_factor f ON f.staff_id = s.staff_id
        WHERE s.id_hash = ? AND s.factor_at IS NOT NULL
        AND (f.staff_id IS NULL OR f.codes_saved_at IS NOT NULL))"""
    return bool(scalar(db, sql, (hashed(raw),)))


def is_to_show_again(db: Database, raw: str) -> bool:
    """Whether a session has shown its second factor, and so long ago that it is asked anew."""
    sql = "SELECT EXISTS (SELECT 1 FROM session WHERE id_hash = ? AND factor_at <= ?)"
    return bool(scalar(db, sql, (hashed(raw), clock.machine.from_now(minutes=-FRESH_MINUTES))))
