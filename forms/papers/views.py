"""The addresses of a respondent's papers, and the receipt; reading them changes nothing."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from flask import Response, abort, current_app, g, redirect, render_template, url_for
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _

from forms.papers import Head, head, paper, whom_to_call
from forms.papers.enterprise_sheet import newest, one_page_pdf, share_in_words
from forms.respondent import who_answered
from forms.respondent.receipt import AnswerGroup, Reading, reference_in_words
from forms.respondent.respondent import Respondent, current
from forms.respondent.trend_chart import trend_of
from forms.respondent.views import blueprint
from forms.translations import language
from forms.web.request_context import Reply, browser_mark, survey_db
from survey_data import clock
from survey_data.errors import RoundClosed
from survey_data.responses import devices, responses
from survey_data.responses.devices import Opened
from survey_data.responses.responses import Response as HandedIn
from survey_data.rounds import invitations
from survey_data.statistics.enterprise_comparison import Comparison, compare
from survey_data.tables_to_files import MEDIA_TYPES

TYPES = {"pdf": "application/pdf", "xlsx": MEDIA_TYPES["xlsx"]}
Kind = Literal["pdf", "xlsx"]


@blueprint.get("/s/<link:token>/arbetsblad.<any(pdf, xlsx):kind>")
def worksheet_of_link(token: str, kind: Kind) -> Reply:
    """The worksheet for whoever holds the link; no session is claimed."""
    invitation = invitations.by_token(survey_db(), token)
    if invitation.round.closed_at:
        return redirect(url_for("answer.landing", token=token))
    # As for the form: only its own browser, or one that has shown a code, sees earlier years.
    sees = devices.is_confirmed(survey_db(), Opened(invitation.id), browser_mark())
    return _worksheet(Respondent(survey_db(), invitation, sees_earlier=sees), kind)


@blueprint.get("/svara/arbetsblad.<any(pdf, xlsx):kind>")
def worksheet_of_session(kind: Kind) -> Reply:
    """The same in the midst of the form."""
    respondent = current()
    if respondent.invitation.round.closed_at:
        raise RoundClosed(respondent.invitation.round.year)
    return _worksheet(respondent, kind)


def _worksheet(respondent: Respondent, kind: Kind) -> Response:
    from forms.papers import worksheet

    of, groups = _worksheet_head(respondent), worksheet.groups(respondent, language())
    if kind == "xlsx":
        return _file(worksheet.worksheet_file(of, groups), kind, _("arbetsblad"), respondent)
    made = paper(
        "worksheet", of, clock.today(), f"{of.who} · {of.title}",
        groups=[asdict(group) for group in groups],
        words={"product": _("ASF-inventeringen"), "optional": _("frivilligt")},
    )  # fmt: skip
    return _file(made, kind, _("arbetsblad"), respondent)


def _worksheet_head(respondent: Respondent) -> Head:
    asked = respondent.invitation.round
    elsewhere = _(
        "Förra årets svar står inte här. Öppna formuläret, så finns de i arbetsbladet där."
    )
    as_of = format_date(asked.reference_date, "d MMMM yyyy")
    return head(
        respondent,
        language(),
        _("Arbetsblad för inventeringen %(year)s", year=asked.year),
        (
            _("Skriv era siffror här först om ni vill. Svara sedan i formuläret."),
            _("Räkna läget den %(date)s. Räkna personer, inte heltider.", date=as_of),
            _("Senast %(date)s.", date=format_date(asked.due_date, "d MMMM yyyy")),
            _("Skriv inga namn eller uppgifter om enskilda personer."),
            "" if respondent.sees_earlier else elsewhere,
        ),
        (
            _("Fråga"),
            _("Förra året, %(year)s", year=asked.year - 1),
            _("Ert svar"),
        ),
    )


@blueprint.get("/svara/kvitto/<int:version>.pdf")
def receipt_file(version: int) -> Reply:
    """The receipt of one version, to keep."""
    respondent = current()
    found = responses.versions(respondent.db, respondent.invitation.id)
    if not found:
        return redirect(url_for("answer.review"), 303)
    response = next((each for each in found if each.version == version), None)
    if response is None:
        abort(404)
    name = f"{_('kvitto')}-{version}"
    return _file(_receipt(respondent, response, language()), "pdf", name, respondent)


def _receipt(respondent: Respondent, response: HandedIn, language: str) -> bytes:
    """The receipt of one version."""
    reading = Reading(respondent.questionnaire, response.answers, respondent.last_year, language)
    title = _("Kvitto: inventeringen %(year)s", year=response.year)
    columns = (_("Fråga"), _("Ert svar"), _("Förra året, %(year)s", year=response.year - 1))
    of = head(respondent, language, title, (_handed_in(response),), columns)
    spoken = reference_in_words(response.reference, language)
    return paper(
        "receipt",
        of,
        clock.date_of(response.handed_in_at),
        f"{response.reference} · {of.who}",
        reference=response.reference,
        said=_("Säg det i telefon som ”%(words)s”.", words=spoken),
        groups=[_group(group) for group in reading.groups() if group.begun],
        explanation=_explanation(reading),
        filled_in=_filled_in(respondent),
        corrected=_corrected(respondent, response, language),
        closing=[
            _("Samordnaren granskar svaren och hör av sig bara om något är oklart."),
            whom_to_call(respondent, language),
            _("Ha gärna referensnumret framme."),
        ],
        words={
            "product": _("ASF-inventeringen"),
            "reference": _("Ert referensnummer"),
            "explanation": _("Er förklaring:"),
            "filled_in": _("Vem har fyllt i vad?"),
            "next": _("Vad händer nu?"),
        },
    )


def _handed_in(response: HandedIn) -> str:
    """When a version was handed in, and which one it is."""
    when = format_datetime(
        clock.local(response.handed_in_at), "EEEE d MMMM yyyy, HH:mm", rebase=False
    )
    return _("Inlämnat %(when)s. Version %(version)s.", when=when, version=response.version)


def _group(group: AnswerGroup) -> dict[str, Any]:
    return {
        "title": group.title,
        "compared": not group.text,
        "rows": [
            {
                "label": line.label,
                "value": line.value or "–",
                "before": line.before or "–",
                "is_part": line.look == "answer-part",
            }
            for line in group.lines
        ],
    }


def _explanation(reading: Reading) -> list[str]:
    reasons, comment = reading.explanation()
    quoted = _("”%(comment)s”", comment=comment) if comment else ""
    return [text for text in (f"{reasons}." if reasons else "", quoted) if text]


def _filled_in(respondent: Respondent) -> list[str]:
    """Which colleagues filled in what, where any did."""
    found = [f"{name}: {what}" for name, what in who_answered.filled_in(respondent)]
    return [*found, _("Resten är ifyllt med företagets egen länk.")] if found else []


def _corrected(respondent: Respondent, response: HandedIn, language: str) -> list[str]:
    """What the coordinator has corrected in this version, and why."""
    found = []
    for name, edit in respondent.edits.items():
        question = respondent.questionnaire[name]
        before, now = (question.show(v, language) or "–" for v in (edit.raw, edit.edited))
        changed = _("%(before)s har blivit %(now)s", before=before, now=now)
        why = _("Skäl: %(reason)s", reason=edit.reason)
        found.append(
            _("Samordnaren har rättat") + f": {question.short(language)}, {changed}. {why}"
        )
    return found


@blueprint.get("/svara/ert-foretag")
def own_enterprise() -> Reply:
    """The enterprise through the years, and beside its county once a release is out."""
    respondent = current(to_read=True)
    history = respondent.history
    return render_template(
        "respondent/enterprise.html",
        invitation=respondent.invitation,
        respondent=respondent,
        trend=trend_of(respondent, history, language()),
        comparison=_comparison(respondent),
        newest=history[-1] if history else None,
        share=share_in_words(history[-1].answers) if history else None,
    )


def _comparison(respondent: Respondent) -> Comparison | None:
    # The trial has enterprises of its own, which are in no release.
    if "trial" in g:
        return None
    analysts_db = Path(current_app.config["ANALYSTS_DB"])
    return compare(survey_db(), analysts_db, respondent.invitation.enterprise.id)


@blueprint.get("/svara/ert-foretag.pdf")
def one_page() -> Reply:
    """One page about the enterprise, to show to others."""
    respondent = current(to_read=True)
    response = newest(respondent)
    if response is None:
        return redirect(url_for("answer.own_enterprise"), 303)
    made = one_page_pdf(respondent, response, language())
    return _file(made, "pdf", _("sida"), respondent)


def _file(made: bytes, kind: Kind, name: str, respondent: Respondent) -> Response:
    response = Response(made, mimetype=TYPES[kind])
    shown = "inline" if kind == "pdf" else "attachment"
    year = respondent.invitation.round.year
    response.headers["Content-Disposition"] = f'{shown}; filename="asf-{year}-{name}.{kind}"'
    return response
