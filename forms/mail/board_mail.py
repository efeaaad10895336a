"""The yearly mail to the board: what it says, in both languages, and how to decline it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, abort, current_app, render_template
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.mail import Written, as_html, document
from forms.translations import speaking
from forms.web.page_setup import never_stored
from forms.web.request_context import survey_db
from survey_data import settings
from survey_data.follow_up.mail_texts import Text
from survey_data.mail_kinds import MAIL_KINDS
from survey_data.outbox import Mail
from survey_data.staff import staff

blueprint = Blueprint("board_mail", __name__)
blueprint.after_request(never_stored)

LANGUAGES = ("sv", "en")
# Between the Swedish and the English of the plain text.
BETWEEN = "\n\n* * *\n\n"


def written(db: Database, mail: Mail) -> Written:
    """The mail, Swedish first, then English; the board reads either."""
    link = decline_link(mail.staff_id or 0)
    texts = [in_language(db, language, link) for language in LANGUAGES]
    plain = BETWEEN.join(text.body.strip() for text in texts) + "\n"
    return Written(texts[0].subject, plain, html_part(plain), link)


def in_language(db: Database, language: str, link: str) -> Text:
    """The mail's subject and body in one language; raises ValueError before any release."""
    report = brief(language)
    if report is None:
        raise ValueError("nothing is published yet")
    base = current_app.config["BASE_URL"]
    with speaking(language):
        body = render_template(
            "mail/board_release.txt", brief=report, language=language, base_url=base,
            decline=link, association=settings.association(db),
        )  # fmt: skip
    subject = MAIL_KINDS[staff.YEARLY_MAIL].subject(language)
    said = Text(subject, "").filled({"rubrik": report["headline"]}).subject
    # A header holds plain spaces only.
    return Text(" ".join(said.split()), body.strip())


def brief(language: str) -> Mapping[str, Any] | None:
    """The report's headline and key figures.

    app.py puts them here: forms and reports never meet.
    """
    tell = current_app.extensions["brief"]
    return cast("Mapping[str, Any] | None", tell(Path(current_app.config["OPEN_DB"]), language))


def html_part(plain: str) -> str:
    """The whole mail as HTML, each half in its own language."""
    halves = zip(LANGUAGES, plain.split(BETWEEN.strip()), strict=True)
    divs = Markup("\n<hr>\n").join(
        Markup('<div lang="{}">\n{}\n</div>').format(language, as_html(half))
        for language, half in halves
    )
    return document(divs, "sv", current_app.config["BASE_URL"])


def decline_link(staff_id: int) -> str:
    """The address where a member of the board says no to the mail, without signing in."""
    return f"{current_app.config['BASE_URL']}/arsmejl/{_signer().dumps(staff_id)}"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["LINK_KEYS"], salt="board-mail")


@blueprint.get("/arsmejl/<token>")
def ask(token: str) -> str:
    """Whether the holder of the link wants the yearly mail; nothing changes by looking."""
    wants_it, _staff_id = _whose(token)
    return render_template("site/board_mail.html", token=token, wants_it=wants_it, changed=False)


@blueprint.post("/arsmejl/<token>")
def choose(token: str) -> str | Response:
    """Decline the yearly mail, or ask for it again."""
    wants_it, staff_id = _whose(token)
    staff.choose_board_mail(survey_db(), staff_id, wanted=not wants_it)
    return render_template("site/board_mail.html", token=token, wants_it=not wants_it, changed=True)


def _whose(token: str) -> tuple[bool, int]:
    try:
        staff_id = int(_signer().loads(token))
    except (BadSignature, ValueError, TypeError):
        abort(404)
    wants_it = staff.wants_board_mail(survey_db(), staff_id)
    if wants_it is None:
        abort(404)
    return wants_it, staff_id
