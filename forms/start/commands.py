"""The `flask` commands: the same functions as the coordinator's pages call."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from forms.archive import UnreadableFile, register_import
from forms.archive.register_import import RegisterProposal
from forms.mail.delivery import deliver, deliver_trial
from forms.questionnaire.inventory import OPTIONAL, as_dicts
from forms.start import data_folder, demo
from forms.translations import speaking
from forms.web import logs
from forms.web.request_context import places, survey_db
from survey_data import outbox
from survey_data.database import path_of
from survey_data.errors import SurveyError
from survey_data.follow_up import mailings
from survey_data.publishing import publish
from survey_data.register import enterprises, register_file
from survey_data.register.register_file import COLUMNS, register_rows
from survey_data.rounds import round_changes, rounds
from survey_data.staff import second_factor, staff
from survey_data.staff.sign_in import new_sign_in_link
from survey_data.staff.staff import ROLES
from survey_data.tables_to_files import table_file
from survey_data.typed_text import is_address, tidy_address

ACTOR = "command line"
DAY = click.DateTime(["%Y-%m-%d"])


class Plain(click.Command):
    """A command that says in one sentence what was refused, instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Do it."""
        try:
            return super().invoke(ctx)
        except SurveyError as fault:
            words = getattr(fault, "sv", "") or str(fault) or type(fault).__doc__ or ""
            raise click.ClickException(words) from None


class Group(AppGroup):
    """Commands of that kind."""

    command_class = Plain


round_group = Group("round", help="Open, send, remind and close a year's round.")
staff_group = Group("staff", help="Who may sign in, and as what.")
register_group = Group("register", help="The register as a CSV file.")


def register(app: Flask) -> None:
    """Give the application its commands."""
    for group in (round_group, staff_group, register_group):
        app.cli.add_command(group)
    for command in (deliver_mail, make_sign_in_link, set_up_demo):
        app.cli.add_command(command)


@round_group.command("open")
@click.argument("year", type=click.IntRange(2016, 2100))
@click.option("--reference-date", type=DAY, help="The day that is counted; 1 October by default.")
@click.option("--due-date", type=DAY, help="Last day to answer; 15 November by default.")
@click.option("--yes", is_flag=True, help="Do not ask, though a date has passed.")
def open_round(
    year: int, reference_date: datetime | None, due_date: datetime | None, yes: bool
) -> None:
    """Open a year's round with one invitation for each active enterprise."""
    reference = reference_date.date() if reference_date else date(year, 10, 1)
    due = due_date.date() if due_date else date(year, 11, 15)
    passed = rounds.passed_dates(year, reference, due)
    if passed and not yes:
        click.confirm(f"{', '.join(map(str, passed))} har passerat. Öppna ändå?", abort=True)
    rounds.open_round(survey_db(), year, reference, due, as_dicts(year), ACTOR, optional=OPTIONAL)
    click.echo(f"Omgången {year} är öppen. Skicka inbjudningarna med: flask round send {year}")


@round_group.command("send")
@click.argument("year", type=int)
def send(year: int) -> None:
    """Send the invitations that have not been sent."""
    _report(mailings.queue_invitations(survey_db(), year, ACTOR), "inbjudan", "inbjudningar")


@round_group.command("remind")
@click.argument("year", type=int)
def remind(year: int) -> None:
    """Send a reminder to those who have not handed in (at most one a day each)."""
    _report(mailings.queue_mails(survey_db(), year, "reminder", ACTOR), "påminnelse", "påminnelser")


def _report(queued: mailings.Queued, one: str, several: str) -> None:
    sent = deliver(survey_db())
    what, how = one if queued.mails == 1 else several, "skickat" if sent == 1 else "skickade"
    click.echo(f"{queued.mails} {what} i utkorgen, {sent} mejl {how} nu.")
    for name in queued.without_address:
        click.echo(f"  Saknar e-postadress: {name}")
    for name in queued.bad_address:
        click.echo(f"  Adressen fungerar inte, inget skickas: {name}")


@round_group.command("close")
@click.argument("year", type=int)
def close(year: int) -> None:
    """Close a year's round: links die, answers stay."""
    rounds.close_round(survey_db(), year, ACTOR)
    click.echo(f"Omgången {year} är stängd. Publicera med: flask publish")


@round_group.command("invite")
@click.argument("year", type=int)
@click.option("--enterprise", "org_number", required=True, help="Its organisation number.")
def invite(year: int, org_number: str) -> None:
    """Ask one more enterprise in an open round, and send its invitation."""
    late = _enterprise(org_number)
    _report(mailings.invite_late(survey_db(), year, late, ACTOR), "inbjudan", "inbjudningar")


@round_group.command("reopen")
@click.argument("year", type=int)
@click.option("--enterprise", "org_number", help="Only this one; its organisation number.")
@click.option("--until", type=DAY, required=True, help="The last day for answers.")
@click.option("--reason", required=True, help="Why; kept in the trail.")
@click.option("--mail", is_flag=True, help="Write to those who have not answered.")
def reopen(year: int, org_number: str | None, until: datetime, reason: str, mail: bool) -> None:
    """Take answers again after closing; what has been released stays as it was."""
    only = _enterprise(org_number) if org_number else None
    count = round_changes.reopen(survey_db(), year, until.date(), reason, ACTOR, only)
    click.echo(f"{count} företag kan svara till och med {until.date()}.")
    if mail:
        _report(mailings.tell_reopened(survey_db(), year, ACTOR, only), "mejl", "mejl")


@round_group.command("due")
@click.argument("year", type=int)
@click.argument("day", type=DAY, metavar="DATE")
@click.option("--mail", is_flag=True, help="Write to those who have not answered.")
def move_due_date(year: int, day: datetime, mail: bool) -> None:
    """Give an open round another last day; its calendar follows."""
    round_changes.move_due_date(survey_db(), year, day.date(), ACTOR)
    click.echo(f"Sista svarsdag är {day.date()}.")
    if mail:
        _report(mailings.tell_reopened(survey_db(), year, ACTOR), "mejl", "mejl")


def _enterprise(org_number: str) -> int:
    found = enterprises.by_org_number(survey_db(), org_number)
    if len(found) != 1:
        raise click.ClickException(
            f"{org_number} finns inte i registret." if not found
            else f"{org_number} har flera enheter. Gör det från samordnarens sida."
        )  # fmt: skip
    return found[0].id


@click.command("deliver")
def deliver_mail() -> None:
    """Send what waits in the outbox."""
    sent = deliver(survey_db()) + deliver_trial()
    click.echo(f"{sent} mejl skickade, {outbox.waiting(survey_db())} väntar.")


@click.command("sign-in-link", cls=Plain)
@click.argument("email")
def make_sign_in_link(email: str) -> None:
    """Print a sign-in link for someone who may sign in; ten minutes, once."""
    who = staff.by_email(survey_db(), email)
    if who is None:
        raise click.ClickException(f"{email} får inte logga in. Lägg till: flask staff add")
    token = new_sign_in_link(survey_db(), who.id, None)
    click.echo(f"{current_app.config['BASE_URL']}/logga-in/{token}")


@staff_group.command("add")
@click.argument("email")
@click.argument("role", type=click.Choice(list(ROLES)))
def add_staff(email: str, role: str) -> None:
    """Let an address sign in with a role."""
    email = tidy_address(email)
    if not is_address(email):
        raise click.ClickException(f"{email or 'Tomt'} är ingen e-postadress.")
    staff.add(survey_db(), email, role, ACTOR)
    logs.note_event("role_changed")
    click.echo(f"{email} kan logga in som {role}.")


@staff_group.command("remove")
@click.argument("email")
def remove_staff(email: str) -> None:
    """Let an address sign in no more, and end its sessions."""
    if staff.by_email(survey_db(), email) is None:
        raise click.ClickException(f"{email} kan inte logga in redan nu. Se: flask staff list")
    staff.remove(survey_db(), email, ACTOR)
    logs.note_event("role_changed")
    click.echo(f"{email} kan inte längre logga in.")


@staff_group.command("reset-factor")
@click.argument("email")
def reset_factor(email: str) -> None:
    """Let someone enrol another app, or bind another account, at the next sign-in."""
    who = staff.by_email(survey_db(), email)
    if who is None:
        raise click.ClickException(f"{email} kan inte logga in. Se: flask staff list")
    second_factor.let_begin_anew(survey_db(), who, ACTOR)
    logs.note_event("factor_reset")
    click.echo(
        f"{email} kopplar en ny app eller binder sitt konto på nytt, och får ett mejl om det."
    )


@staff_group.command("list")
def list_staff() -> None:
    """List everyone who may sign in."""
    for who in staff.everyone(survey_db()):
        click.echo(f"{who.role:12} {who.email}")


@register_group.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Take in what can be taken in.")
def import_register(path: Path, yes: bool) -> None:
    """Say what a list (CSV or XLSX) would do to the register; with --yes, do it.

    Exits with 0 only where every line and every column of the file was understood.
    """
    with speaking("sv"):
        found = _proposed(path)
        for line in register_import.in_words(found):
            click.echo(line)
    if yes:
        count = register_file.store(survey_db(), found.reading.changes, ACTOR)
        click.echo(f"{count} företag importerade.")
    else:
        click.echo("Inget är sparat. Lägg till --yes för att ta in det som är rätt.")
    if found.reading.bad or found.unread:
        click.get_current_context().exit(1)


def _proposed(path: Path) -> RegisterProposal:
    try:
        file = register_import.opened(path.read_bytes(), path.name)
        return register_import.proposed(survey_db(), file)
    except UnreadableFile as refused:
        sheet = f", bladet ”{refused.sheet}”" if refused.sheet else ""
        lines = [f"  {fault.in_words()}" for fault in refused.faults]
        words = f"{path.name}{sheet}: inget är läst.\n" + "\n".join(lines)
        raise click.ClickException(words) from None


@register_group.command("export")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def export_register(path: Path) -> None:
    """Export the register to a CSV file."""
    try:
        path.write_bytes(table_file(COLUMNS, register_rows(survey_db()), "csv"))
    except OSError as fault:
        raise click.ClickException(f"{path} går inte att skriva: {fault.strerror}") from None
    click.echo(f"Registret finns i {path}.")


@click.command("demo")
@click.option("--fresh", is_flag=True, help="Begin it again; all that was done in it is gone.")
def set_up_demo(fresh: bool) -> None:
    """Fill an empty data folder with the demonstration, or print its addresses again."""
    db = survey_db()
    if demo.is_empty(db):
        demo.set_up(db)
        publish.publish(db, places(), demo.ACTOR)
        click.echo("Demonstrationen är på plats.")
    elif not demo.is_demonstration(db):
        raise click.ClickException("Datamappen är inte tom; demonstrationen rör den inte.")
    elif fresh:
        with data_folder.locked(path_of(db).parent, None):
            demo.start_over(db, places())
        click.echo("Demonstrationen börjar om.")
    for what, address in demo.addresses(db).items():
        click.echo(f"  {what + ':':28} {address}")
