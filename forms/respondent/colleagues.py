"""Who else should answer: a manager asks colleagues for a part of the form, and takes it back."""

import re
from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from forms.questionnaire.questionnaire import Section
from forms.respondent import who_answered
from forms.respondent.respondent import Respondent, current
from forms.respondent.steps import REVIEW, Progress, sections_of
from forms.respondent.views import blueprint
from forms.translations import language
from forms.web.request_context import Reply
from survey_data.responses import delegations
from survey_data.responses.delegations import WHOLE, AlreadyInvited, TooManyColleagues
from survey_data.typed_text import has_personal_number, is_address, tidy_address, visible

# A name that ends up in a mail: letters, and no room for an address to click on.
NAME = re.compile(r"[^\W\d_][\w .’'\-]{0,59}")


@dataclass
class TypedColleague:
    """What was typed in the form, and what must be put right."""

    name: str = ""
    email: str = ""
    sections: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


@blueprint.get("/svara/kollegor")
def colleagues() -> Reply:
    """Who has been asked for what, and the form to ask one more."""
    return _shown(_manager(), TypedColleague())


@blueprint.post("/svara/kollegor")
def ask_colleague() -> Reply:
    """Mail a colleague a link of their own."""
    respondent = _manager()
    asked = _typed(respondent)
    if not asked.faults and (made := _invite(respondent, asked)) is not None:
        return redirect(url_for("answer.colleagues", inbjuden=made), 303)
    return _shown(respondent, asked)


@blueprint.post("/svara/kollegor/<int:delegation_id>/ta-bort")
def revoke(delegation_id: int) -> Reply:
    """Take a colleague's part back; their page ends at once."""
    respondent = _manager()
    gone = delegations.revoke(
        respondent.db, respondent.invitation.id, delegation_id, _actor(respondent)
    )
    return redirect(url_for("answer.colleagues", aterkallad=gone and gone.id), 303)


def _manager() -> Respondent:
    respondent = current(to_read=True)
    respondent.invitation.round.must_be_open()
    return respondent


def _actor(respondent: Respondent) -> str:
    if respondent.by_staff_id is not None:
        return f"staff {respondent.by_staff_id}"
    return f"invitation {respondent.invitation.id}"


def _sections(respondent: Respondent) -> list[Section]:
    return [s for s in sections_of(respondent.questionnaire) if s is not REVIEW]


def _typed(respondent: Respondent) -> TypedColleague:
    known = [WHOLE, *(section.key for section in _sections(respondent))]
    chosen = [key for key in known if key in request.form.getlist("sections")]
    name = " ".join(visible(request.form.get("name", "")).split())[:200]
    asked = TypedColleague(name, tidy_address(request.form.get("email", ""))[:300], chosen)
    if not NAME.fullmatch(name) or has_personal_number(name):
        asked.faults["name"] = _("Skriv kollegans namn, till exempel Anna Berg")
    if not is_address(asked.email) or has_personal_number(asked.email):
        asked.faults["email"] = _("Skriv hela e-postadressen, till exempel namn@exempel.se")
    if not chosen:
        asked.faults["sections"] = _("Välj minst en del som kollegan ska svara på")
    return asked


def _invite(respondent: Respondent, asked: TypedColleague) -> int | None:
    """Whom was invited; None where it could not be, and the page says why."""
    sections = [WHOLE] if WHOLE in asked.sections else asked.sections
    try:
        return delegations.invite(
            respondent.db, respondent.invitation.id, asked.name, asked.email, sections,
            language(), _actor(respondent),
        )  # fmt: skip
    except AlreadyInvited:
        asked.faults["email"] = _(
            "Den adressen har redan en länk. Ta bort den först om något ska ändras"
        )
    except TooManyColleagues:
        asked.faults["email"] = _("Ni har bjudit in så många som går i år. Ring samordnaren")
    return None


def _shown(respondent: Respondent, asked: TypedColleague) -> str:
    found = delegations.of(respondent.db, respondent.invitation.id)
    every = who_answered.parts(respondent, found)
    changed = {key: request.args.get(key, type=int) for key in ("inbjuden", "aterkallad")}
    return render_template(
        "respondent/colleagues.html",
        invitation=respondent.invitation,
        asked=asked,
        sections=_sections(respondent),
        whole=WHOLE,
        live=[part for part in every if part.delegation.revoked_at is None],
        ended=[part for part in every if part.delegation.revoked_at is not None],
        said={key: p.delegation.name for key, n in changed.items() for p in every
              if p.delegation.id == n},
        go_on=Progress(respondent).next_section(),
    )  # fmt: skip
