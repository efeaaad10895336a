"""Commands of whoever runs the machine: back up, restore, and see whether everything works."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import click
from flask import Flask, current_app

from forms.start import data_folder
from forms.start.commands import ACTOR, in_plain_words
from forms.start.health import look
from forms.web import security_log
from forms.web.request_context import survey_db
from survey_data import clock
from survey_data.operations import backup as backups
from survey_data.operations import backup_file
from survey_data.operations import restore as restoring
from survey_data.staff import second_factor

FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def register(app: Flask) -> None:
    """Give the application its commands."""
    for command in (back_up, restore, rotate_secret, show_status):
        app.cli.add_command(command)


def is_restoring() -> bool:
    """Whether this process is `flask restore`, which must find its folder as it was left."""
    is_command = isinstance(click.get_current_context(silent=True), click.Context)
    return is_command and "restore" in sys.argv[1:]


@click.command("backup")
@click.argument("file", type=FILE)
@click.option("--with-secret", is_flag=True, help="Put the secret in too, behind a passphrase.")
@in_plain_words
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


@click.command("restore")
@click.argument("file", type=EXISTING)
@click.option("--erasures", type=EXISTING, help="The list of erasures that was kept apart.")
@click.option("--releases", type=FOLDER, help="The releases, where FILE is a bare database.")
@click.option("--without-secret", is_flag=True, help="Make a new secret: all sign in again.")
@in_plain_words
def restore(file: Path, erasures: Path | None, releases: Path | None, without_secret: bool) -> None:
    """Put a backup, or a database that Litestream restored, in place in an empty data folder."""
    data = Path(current_app.config["DATA_DIR"])
    with data_folder.in_plain_words(data):
        has_secret = restoring.has_secret(file) and not without_secret
        passphrase = _passphrase() if has_secret else ""
        done = restoring.restore(
            file, data, passphrase=passphrase, erased=erasures, releases=releases
        )
    _tell(done, data)


def _passphrase() -> str:
    return str(
        current_app.config["BACKUP_PASSPHRASE"] or click.prompt("Lösenfras", hide_input=True)
    )


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
    security_log.note("secret_changed")
    click.echo("Hemligheten är bytt. Starta om tjänsten och säkerhetskopiera secret_key.")


@click.command("status")
def show_status() -> None:
    """Say what works and what does not; ends with 1 where something does not."""
    found = look(current_app)
    for each in found:
        click.echo(f"  {'ok ' if each.is_well else 'FEL'}  {each.words}")
    if not all(each.is_well for each in found):
        sys.exit(1)
