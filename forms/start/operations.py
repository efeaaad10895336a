"""For whoever runs the machine: /healthz and /readyz, publish, back up, restore, what works."""

import asyncio
import json
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app

from forms.start import data_folder
from forms.start.commands import ACTOR, Plain
from forms.start.dispatcher import respond
from forms.web import logs
from forms.web.request_context import places, survey_db
from survey_data import clock
from survey_data.operations import backup as backups
from survey_data.operations import backup_file, readiness
from survey_data.operations import restore as restoring
from survey_data.publishing import approval_requests, publish, release_workflow
from survey_data.publishing.publish import NothingNew
from survey_data.staff import second_factor

FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def register(app: Flask) -> None:
    """Give the application its commands."""
    ours = (publish_release, withdraw_release, back_up, restore, rotate_secret, show_status)
    for command in ours:
        app.cli.add_command(command)


def is_restoring() -> bool:
    """Whether this process is `flask restore`, which must find its folder as it was left."""
    is_command = isinstance(click.get_current_context(silent=True), click.Context)
    return is_command and "restore" in sys.argv[1:]


@click.command("publish", cls=Plain)
@click.option("--note", default="", help="What is new or revised, in Swedish.")
@click.option("--note-en", default="", help="The same in English.")
@click.option("--without-printed", is_flag=True, help="Leave the printed 2016–2020 series out.")
@click.option("--incomplete", is_flag=True, help="Final though not all have answered.")
def publish_release(note: str, note_en: str, without_printed: bool, incomplete: bool) -> None:
    """Publish every closed round and the printed series as one new release."""
    if approval_requests.is_required(survey_db()):
        raise click.ClickException(
            "En andra person måste godkänna utgåvor. Publicera från samordnarens sida."
        )
    years = () if incomplete else release_workflow.incomplete(survey_db())
    if years:
        said = " ".join(f"{y.year} har {y.answered} av {y.asked} företag svarat." for y in years)
        raise click.ClickException(
            f"Inget är publicerat. {said} Ska utgåvan vara slutlig ändå: --incomplete"
        )
    history = () if without_printed else None
    try:
        release = publish.publish(
            survey_db(), places(), ACTOR, history=history, note_sv=note, note_en=note_en,
            only_new=True,
        )  # fmt: skip
    except NothingNew as fault:
        click.echo(fault.sv)
    else:
        click.echo(f"Utgåva {release.id} är publicerad.")


@click.command("withdraw-release", cls=Plain)
@click.argument("number")
@click.option("--reason", required=True, help="Why, in Swedish; readers see it.")
@click.option("--reason-en", default="", help="The same in English.")
def withdraw_release(number: str, reason: str, reason_en: str) -> None:
    """Withdraw the release NUMBER: readers get the one before it, and see why."""
    reasons = " ".join(reason.split()), " ".join(reason_en.split())
    if not reasons[0]:
        raise click.ClickException("Skriv varför utgåvan dras in: --reason")
    publish.withdraw(survey_db(), places(), number, reasons, ACTOR)
    click.echo(f"Utgåva {number} är indragen. Numret och skälet står kvar.")


@click.command("backup", cls=Plain)
@click.argument("file", type=FILE)
@click.option("--with-secret", is_flag=True, help="Put the secret in too, behind a passphrase.")
def back_up(file: Path, with_secret: bool) -> None:
    """Copy databases, releases, logo and settings to one new FILE; works while serving."""
    config, passphrase = current_app.config, _new_passphrase() if with_secret else ""
    try:
        made = backups.make(
            survey_db(), Path(config["DATA_DIR"]), file.absolute(), ACTOR,
            passphrase=passphrase, address=config["BASE_URL"],
        )  # fmt: skip
    except (OSError, sqlite3.Error) as fault:
        words = f"{file} går inte att skriva ({fault}). Ingen kopia är gjord."
        raise click.ClickException(words) from None
    click.echo(f"{file} är gjord och kontrollerad ({made.size / 1024:,.0f} kB).".replace(",", " "))
    if not with_secret:
        click.echo("Hemligheten (secret_key) är inte med: spara den för sig, eller --with-secret.")


def _new_passphrase() -> str:
    found = current_app.config["BACKUP_PASSPHRASE"] or click.prompt(
        "Lösenfras", hide_input=True, confirmation_prompt="Lösenfrasen igen"
    )
    if len(found) < backup_file.SHORTEST:
        raise click.ClickException(f"Lösenfrasen är för kort: minst {backup_file.SHORTEST} tecken.")
    return str(found)


@click.command("restore", cls=Plain)
@click.argument("file", type=EXISTING)
@click.option("--erasures", type=EXISTING, help="The list of erasures that was kept apart.")
@click.option("--releases", type=FOLDER, help="The releases, where FILE is a bare database.")
@click.option("--without-secret", is_flag=True, help="Make a new secret: all sign in again.")
def restore(file: Path, erasures: Path | None, releases: Path | None, without_secret: bool) -> None:
    """Put a backup, or a database that Litestream restored, in place in an empty data folder."""
    data = Path(current_app.config["DATA_DIR"])
    with data_folder.in_plain_words(data):
        restoring.must_be_empty(data)
        has_secret = restoring.has_secret(file) and not without_secret
        known = current_app.config["BACKUP_PASSPHRASE"] if has_secret else ""
        asks = has_secret and not known
        passphrase = click.prompt("Lösenfras", hide_input=True) if asks else known
        done = restoring.restore(
            file, data, passphrase=passphrase, erased=erasures, releases=releases
        )
    _tell(done, data)


def _tell(done: restoring.Restored, data: Path) -> None:
    copied_at = f"{clock.local(done.copied_at):%Y-%m-%d %H:%M}"
    said = [
        f"{data} är återställd från en kopia som gjordes {copied_at}.",
        "Alla utskick är pausade. Logga in och jämför på översikten innan de går i gång igen.",
    ]
    if done.erased:
        said.append(f"{done.erased} gallringar efter kopian är gjorda om.")
    if not done.has_secret:
        said.append("Hemligheten är ny: alla loggar in på nytt.")
    if done.address:
        said.append(f"Adressen var {done.address} (ASF_BASE_URL).")
    click.echo("\n".join(said))


@click.command("rotate-secret")
def rotate_secret() -> None:
    """Make a new secret; what the two before it signed stays good, so open forms live on."""
    data = Path(current_app.config["DATA_DIR"])
    data_folder.rotate_secret(data)
    keys = data_folder.keys_of(data_folder.read_secrets(data))["FACTOR_KEYS"]
    second_factor.encrypt_anew(survey_db(), keys)
    logs.note_event("secret_changed")
    click.echo("Hemligheten är bytt. Starta om tjänsten och säkerhetskopiera secret_key.")


@click.command("status")
def show_status() -> None:
    """Say what works and what does not; ends with 1 where something does not."""
    found = look(current_app)
    for each in found:
        click.echo(f"  {'ok ' if each.is_well else 'FEL'}  {each.words}")
    if not all(each.is_well for each in found):
        sys.exit(1)


# A look costs a write to the disk, and the addresses are open to all.
LOOK_EVERY_SECONDS = 2.0


class Health:
    """An ASGI application that answers the two addresses, and leaves all else to another.

    `/healthz` says that the process is alive. `/readyz` says what works, with 503 where
    something does not. Neither holds anything secret.
    """

    def __init__(self, app: Flask, asgi: Any) -> None:
        self.flask, self.asgi = app, asgi
        self._found: tuple[readiness.Check, ...] = ()
        self._looked_at = float("-inf")
        self._looking = asyncio.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one ASGI scope."""
        path = scope.get("path") if scope.get("method") in ("GET", "HEAD") else None
        if path == "/healthz":
            await _send(send, 200, {"alive": True})
        elif path == "/readyz":
            found = await self._checks()
            is_ready = all(each.is_well for each in found)
            await _send(send, 200 if is_ready else 503, as_json(found))
        else:
            await self.asgi(scope, receive, send)

    async def _checks(self) -> tuple[readiness.Check, ...]:
        async with self._looking:
            if time.monotonic() - self._looked_at > LOOK_EVERY_SECONDS:
                self._found = await asyncio.to_thread(look, self.flask)
                self._looked_at = time.monotonic()
            return self._found


def look(app: Flask) -> tuple[readiness.Check, ...]:
    """Look at everything now."""
    with app.app_context():
        data, backups = Path(app.config["DATA_DIR"]), Path(app.config["BACKUP_DIR"])
        return readiness.checks(survey_db(), data, backups)


def as_json(found: tuple[readiness.Check, ...]) -> dict[str, Any]:
    """What was looked at, without words: a number is seconds, or megabytes of the disk."""
    looked_at = {each.name: {"ok": each.is_well, "value": each.value} for each in found}
    return {"ready": all(each.is_well for each in found), "checks": looked_at}


async def _send(send: Any, status: int, body: dict[str, Any]) -> None:
    content = json.dumps(body)
    await respond(
        send, status, content, content_length=str(len(content)), content_type="application/json",
        cache_control="no-store",
        content_security_policy="default-src 'none'; frame-ancestors 'none'",
    )  # fmt: skip
