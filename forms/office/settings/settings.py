"""Settings at the office: the association's facts and logo, a trial mail, and the security log."""

import re
from datetime import date
from pathlib import Path

from flask import current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, ValidationError

from forms.mail import smtp
from forms.office import blueprint, go_to
from forms.office.data_table import Listing, Table, among, coded, search, text
from forms.office.mail.undelivered import mailbox_facts
from forms.office.typed_fields import Address, ShortText, no_personal_number
from forms.web import logs
from forms.web.guards import asks_again
from forms.web.request_context import actor, signed_in, survey_db
from survey_data import clock, settings
from survey_data.follow_up import mailings
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.settings import Association
from survey_data.staff import logo, staff
from survey_data.staff.logo import LogoRefused

NEEDED = _l("Fyll i det här.")
PHONE = re.compile(r"\+?[0-9][0-9 \-()/]{4,30}")
SecurityEvent = dict[str, str]


def a_day(_form: object, field: StringField) -> None:
    """Refuse what is not a date that has been; empty is none yet."""
    try:
        day = date.fromisoformat(field.data) if field.data else None
    except ValueError:
        raise ValidationError(_("Skriv datumet som ÅÅÅÅ-MM-DD.")) from None
    field.data = day.isoformat() if day else ""


def is_telephone(_form: object, field: StringField) -> None:
    """Refuse what nobody can dial."""
    if not PHONE.fullmatch(field.data or ""):
        raise ValidationError(_("Skriv ett telefonnummer."))


class AssociationForm(FlaskForm):  # type: ignore[misc]
    """Who asks, and what the law wants said about it."""

    name = ShortText(500, NEEDED)
    phone = ShortText(500, NEEDED, [no_personal_number, is_telephone])
    hours = ShortText(500, NEEDED)
    hours_en = ShortText(500, NEEDED)
    email = Address(NEEDED, 500)
    address = ShortText(500)
    data_protection_email = Address(NEEDED, 500)
    legal_basis = ShortText(500, NEEDED)
    legal_basis_en = ShortText(500, NEEDED)
    retention = ShortText(500, NEEDED)
    retention_en = ShortText(500, NEEDED)
    accessibility_status = SelectField(
        choices=lambda: [
            ("helt", _("Helt förenlig med kraven")),
            ("delvis", _("Delvis förenlig med kraven")),
            ("inte", _("Inte förenlig med kraven")),
        ]
    )
    accessibility_reviewed = ShortText(rules=[a_day])

    def facts(self) -> dict[str, str]:
        """What was typed, by fact."""
        names = Association.__dataclass_fields__.keys() & self._fields.keys()
        return {name: self[name].data or "" for name in sorted(names)}


def made_up(survey_round: Round | None) -> list[str]:
    """What must be filled in before the first real mail, in words; of no round, what is so yet."""
    db = survey_db()
    if survey_round is not None:
        names = mailings.made_up_facts(db, survey_round)
    else:
        names = settings.placeholders(db) if settings.mail_leaves(db) else []
    words = {
        "name": _("förbundets namn"),
        "phone": _("telefon"),
        "email": _("e-post"),
        "address": _("postadress"),
        "data_protection_email": _("dataskyddsombudets e-post"),
    }
    return [words[name] for name in names]


@blueprint.route("/installningar", methods=["GET", "POST"])
@asks_again
def show_settings() -> str | Response:
    """The facts as a form, and what else can be looked after here."""
    db = survey_db()
    form = AssociationForm(obj=settings.association(db))
    if form.validate_on_submit():
        changed = settings.set_facts(db, form.facts(), actor())
        said = _("Sparat. Det syns redan på sidorna.") if changed else _("Inget var ändrat.")
        return go_to("show_settings", said)
    return settings_page(form)


@blueprint.errorhandler(settings.PlaceholdersLeft)
def placeholders_left(_fault: settings.PlaceholdersLeft) -> Response:
    """Wherever a real mail would state facts that are made up: nothing left, and where they are."""
    return go_to("show_settings", _("Inget mejl gick iväg: fyll först i förbundets uppgifter."))


def settings_page(form: AssociationForm | None = None, logo_error: str = "") -> str:
    """The settings with what is wrong of what was sent."""
    db = survey_db()
    return render_template(
        "office/settings/settings.html",
        # What was sent elsewhere on the page says nothing about the facts.
        form=form or AssociationForm(formdata=None, obj=settings.association(db)),
        logo_error=logo_error,
        made_up=made_up(rounds.current(db)),
        to_files=not current_app.config["SMTP_URL"],
        **mailbox_facts(),
        me=signed_in(),
    )


@blueprint.post("/installningar/provmejl")
def send_trial_mail() -> Response:
    """Send a mail to oneself now, and show what the server said."""
    who = signed_in()
    assert who is not None
    if not current_app.config["SMTP_URL"]:
        said = _("Ingen mejlserver är inställd, så inget skickades.")
    else:
        said = smtp.send_trial(survey_db(), who.email)
    return go_to("show_settings", said)


def refusal_words() -> dict[str, str]:
    """Why a file cannot be the logo, and what to do."""
    return {
        "nothing": _("Välj en fil."),
        "svg": _("Filen är en SVG-bild. Den kan innehålla program och tas därför inte emot."
                 " Spara bilden som PNG."),
        "not_png": _("Filen är ingen PNG-bild. Öppna den i ett bildprogram och spara den som PNG."),
        "too_large": _("Filen är större än 200 kB. Gör bilden mindre och försök igen."),
        "too_wide": _("Bilden är mer än 2 000 punkter bred eller hög. Gör den mindre."),
        "damaged": _("Bilden är skadad. Spara den på nytt som PNG."),
    }  # fmt: skip


@blueprint.post("/installningar/logotyp")
def keep_logo() -> str | Response:
    """Show a picture in the head of every page from now on."""
    given = request.files.get("logo")
    content = given.stream.read(logo.MOST_BYTES + 1) if given else b""
    try:
        logo.keep(survey_db(), _folder(), content, actor())
    except LogoRefused as fault:
        return settings_page(logo_error=refusal_words()[fault.why])
    return go_to("show_settings", _("Logotypen syns nu överst på sidorna och i formuläret."))


@blueprint.post("/installningar/logotyp/ta-bort")
def remove_logo() -> Response:
    """Show the product's own mark again."""
    is_gone = logo.remove(survey_db(), _folder(), actor())
    return go_to("show_settings", _("Logotypen är borttagen.") if is_gone else "")


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"])


@blueprint.get("/installningar/sakerhet")
def show_security_events() -> str:
    """Who tried what, newest first."""
    return render_template("office/settings/security_events.html", listing=_security_events())


def security_event_words() -> dict[str, str]:
    """What each kind of event is called."""
    return {
        "sign_in_asked": _("Någon bad om en inloggningslänk"),
        "signed_in": _("Inloggning med länk"),
        "sign_in_refused": _("En inloggningslänk som inte gällde"),
        "signed_out": _("Utloggning"),
        "role_changed": _("Någon fick eller förlorade behörighet"),
        "sessions_ended": _("Inloggningar avslutades"),
        "links_ended": _("Länkarna till ett formulär slutade gälla"),
        "link_refused": _("En länk till formuläret som inte finns"),
        "code_refused": _("En felaktig mejlad kod"),
        "factor_enrolled": _("En app kopplades"),
        "factor_refused": _("En felaktig kod från en app"),
        "factor_locked": _("För många felaktiga koder från en app"),
        "factor_reset": _("En andra faktor togs bort"),
        "recovery_code_used": _("En återställningskod användes"),
        "recovery_codes_made": _("Nya återställningskoder"),
        "csrf": _("Ett formulär som inte kom från våra sidor"),
        "forbidden": _("En sida som personen inte får se"),
        "too_many": _("För många försök"),
        "microdata_taken": _("Företagens svar hämtades som fil"),
        "secret_changed": _("Tjänstens hemlighet byttes"),
    }


def _security_events() -> Listing[SecurityEvent]:
    kinds = security_event_words()
    people = {f"staff {who.id}": who.email for who in staff.everyone(survey_db())}
    people["terminal"] = _("den som sköter servern")
    table: Table[SecurityEvent] = Table(
        "handelser", "office.show_security_events",
        [
            text("at", _("Tid"), lambda e: f"{clock.local(e['at']):%Y-%m-%d %H:%M:%S}"),
            coded("kind", _("Händelse"), lambda e: e["kind"], kinds, look="plain"),
            text("who", _("Vem"), lambda e: people.get(e["who"], e["who"])),
            text("address", _("Från"), lambda e: e["address"]),
            text("route", _("Sida"), lambda e: e["route"]),
        ],
        [
            search(
                lambda e: [people.get(e["who"], ""), e["address"], e["route"]],
                _("Sök på vem eller varifrån"),
            ),
            among("handelse", _("Händelse"), lambda e: e["kind"], kinds),
        ],
        "-at", "asf-sakerhet",
    )  # fmt: skip
    return table.of(logs.latest_events())
