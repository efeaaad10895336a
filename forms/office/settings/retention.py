"""What is kept and how long: personal data, deleted by decision, and the backups."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from forms.office import blueprint, go_to
from forms.web.guards import asks_again
from forms.web.request_context import actor, survey_db
from survey_data.automation import retention
from survey_data.automation.personal_data import KINDS
from survey_data.automation.retention import LIMITS, Periods
from survey_data.errors import ChangedMeanwhile, SurveyError
from survey_data.operations import backup
from survey_data.typed_text import has_personal_number


def _number(kind: str) -> IntegerField:
    least, most = LIMITS[kind]
    words = _l("Skriv ett heltal mellan %(least)s och %(most)s.", least=least, most=most)
    return IntegerField(validators=[InputRequired(words), NumberRange(least, most, words)])


class PeriodsForm(FlaskForm):  # type: ignore[misc]
    """How long each kind is kept."""

    contacts = _number("contacts")
    mails = _number("mails")
    respondents = _number("respondents")
    sessions = _number("sessions")

    def wanted(self) -> Periods:
        """What was typed."""
        return Periods(**{name: int(self[name].data) for name in LIMITS})


def kind_words() -> dict[str, tuple[str, str]]:
    """What each kind is called, and what stays of it."""
    return {
        "contacts": (
            _("Kontakter hos avslutade företag"),
            _("Företaget och dess svar ligger kvar."),
        ),
        "mails": (
            _("Adresser i utkorgen"),
            _("Att ett mejl skickades, när och av vilket slag ligger kvar."),
        ),
        "respondents": (
            _("Namn och kontaktväg till dem som svarade"),
            _("Alla andra svar ligger kvar som de lämnades in."),
        ),
    }


@blueprint.get("/installningar/gallring")
def show_retention() -> str:
    """What a deletion would take; deletes nothing."""
    return _page(PeriodsForm(data=asdict(retention.periods(survey_db()))))


def _page(form: PeriodsForm) -> str:
    db = survey_db()
    return render_template(
        "office/settings/retention.html",
        form=form,
        found=retention.dry_run(db),
        expired=sum(retention.expired(db).values()),
        words=kind_words(),
    )


@blueprint.post("/installningar/gallring/tider")
def set_retention() -> str | Response:
    """Keep each kind for another time; deletes nothing."""
    form = PeriodsForm()
    if not form.validate_on_submit():
        return _page(form)
    retention.set_periods(survey_db(), form.wanted(), actor())
    return go_to("show_retention", _("Tiderna är sparade. Inget är borttaget."))


@blueprint.post("/installningar/gallring")
@asks_again
def delete_expired() -> Response:
    """Delete the kinds chosen of what was shown, by a decision that is named."""
    given = request.form
    decision = " ".join(given.get("decision", "").split())[:200]
    chosen = [kind for kind in KINDS if kind in given.getlist("kind")]
    if not decision or has_personal_number(decision):
        said = _("Skriv vilket beslut gallringen bygger på. Inget är borttaget.")
    elif not chosen:
        said = _("Kryssa i vad som ska tas bort. Inget är borttaget.")
    else:
        said = _deleted(chosen, given.get("mark", ""), decision)
    return go_to("show_retention", said)


def _deleted(chosen: list[str], mark: str, decision: str) -> str:
    try:
        counts = retention.delete(survey_db(), chosen, mark, decision, actor())
    except ChangedMeanwhile:
        return _("Något har ändrats sedan sidan visades. Titta igen. Inget är borttaget.")
    _forget_files(Path(current_app.config["OUTBOX_DIR"]))
    gone = sum(counts.values())
    return ngettext("%(num)s uppgift är borttagen.", "%(num)s uppgifter är borttagna.", gone)


def _forget_files(folder: Path) -> None:
    """Without a mail server mails lie in files; those of mails whose address is gone go too."""
    gone = retention.mails_without_address(survey_db())
    for path in folder.glob("*-*.eml"):
        number = path.name.partition("-")[0]
        if number.isdecimal() and int(number) in gone:
            path.unlink(missing_ok=True)


@blueprint.app_template_global("backup_facts")
def backup_facts() -> dict[str, Any]:
    """The newest backups, where they lie, and how many are kept."""
    folder = Path(current_app.config["BACKUP_DIR"])
    return {
        "newest": backup.every(folder)[:10],
        "folder": folder,
        "is_beside": folder.is_relative_to(current_app.config["DATA_DIR"]),
        "to_keep": backup.to_keep(survey_db()),
        "most": backup.MOST_TO_KEEP,
    }


@blueprint.post("/installningar/sakerhetskopia")
def make_backup() -> Response:
    """Copy the data folder now, as `flask backup` does."""
    config = current_app.config
    try:
        made = backup.make_in(
            survey_db(), Path(config["DATA_DIR"]), Path(config["BACKUP_DIR"]), actor(),
            passphrase=config["BACKUP_PASSPHRASE"], address=config["BASE_URL"],
        )  # fmt: skip
        said = _("Säkerhetskopian %(name)s är gjord och kontrollerad.", name=made.name)
    except (SurveyError, OSError):
        said = _("Kopian blev inte hel och är borttagen. Är disken full?")
    return go_to("show_settings", said)


@blueprint.post("/installningar/sakerhetskopior")
def keep_backups() -> Response:
    """Keep so many daily backups; none are made where none are kept."""
    typed = request.form.get("to_keep", "").strip()
    count = int(typed) if typed.isdecimal() and len(typed) < 5 else -1
    if not 0 <= count <= backup.MOST_TO_KEEP:
        said = _("Skriv ett heltal mellan 0 och %(most)s.", most=backup.MOST_TO_KEEP)
    else:
        backup.keep(survey_db(), count, actor())
        said = ngettext("%(num)s daglig kopia sparas.", "%(num)s dagliga kopior sparas.", count)
    return go_to("show_settings", said if count else _("Inga kopior görs automatiskt."))
