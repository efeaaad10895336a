"""A receipt to keep: one version of what was handed in, as a tagged PDF."""

from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _

from forms.papers import head, paper, whom_to_call
from forms.respondent import who_answered
from forms.respondent.receipt import AnswerGroup, Reading, reference_in_words
from forms.respondent.respondent import Respondent
from survey_data import clock
from survey_data.responses.responses import Response


def receipt_pdf(respondent: Respondent, response: Response, language: str) -> bytes:
    """The receipt of one version."""
    reading = Reading(respondent.questionnaire, response.answers, respondent.last_year, language)
    title = _("Kvitto: inventeringen %(year)s", year=response.year)
    columns = (_("Fråga"), _("Ert svar"), _("Förra året, %(year)s", year=response.year - 1))
    of = head(respondent, language, title, (handed_in(response),), columns)
    spoken = reference_in_words(response.reference, language)
    return paper(
        "receipt",
        of,
        clock.local(response.handed_in_at).date(),
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


def handed_in(response: Response) -> str:
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


def _corrected(respondent: Respondent, response: Response, language: str) -> list[str]:
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
