"""What the template of each mail is given, beside the text: names, days, links, answers, codes."""

from collections.abc import Callable, Mapping
from typing import Any

import click
from flask import current_app, render_template
from flask_babel import format_date, format_datetime
from sqlite_utils import Database

from forms.questionnaire import inventory
from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.questionnaire import Questionnaire
from forms.respondent import who_answered
from forms.respondent.receipt import Reading, answering_time
from forms.respondent.respondent import Respondent
from survey_data import clock
from survey_data.follow_up import mail_texts
from survey_data.mail_kinds import MAIL_KINDS
from survey_data.outbox import Mail
from survey_data.responses import delegations, devices, responses
from survey_data.review import decisions
from survey_data.rounds import invitations
from survey_data.rounds.invitations import Invitation
from survey_data.rounds.rounds import Round
from survey_data.staff import staff
from survey_data.staff.sign_in import LINK_MINUTES, new_sign_in_link
from survey_data.staff.staff import labels

Facts = dict[str, Any]
# What the templates call each placeholder.
NAMES = {
    "name": "namn",
    "year": "år",
    "link": mail_texts.LINK,
    "last_day": "sista_dag",
    "reference_day": "räknedag",
    "time": "tid",
    "reference": "referens",
    "when": "inlämnat",
    "answers": "svar",
    "message": "fråga",
    "fields": "gäller",
}


def placeholders_of(survey_round: Round) -> Mapping[str, str]:
    """What the placeholders of a round's texts stand for: its year, days and time, in words."""
    # The next round has no form of its own yet.
    asked = (
        questionnaires.of_round(survey_round.id, survey_round.questionnaire)
        if survey_round.questionnaire
        else inventory.questionnaire(survey_round.year)
    )
    return {
        "tid": answering_time(asked, with_optional=bool(survey_round.questionnaire)),
        "år": str(survey_round.year),
        "sista_dag": format_date(survey_round.due_date, "EEEE d MMMM"),
        "räknedag": format_date(survey_round.reference_date, "d MMMM yyyy"),
    }


def of_round(survey_round: Round) -> Facts:
    """What every template about a round is given: its year, days and time, in words."""
    said = placeholders_of(survey_round)
    return {name: said[placeholder] for name, placeholder in NAMES.items() if placeholder in said}


def of(db: Database, mail: Mail) -> Facts:
    """Everything that a mail's template is given; a personal link is made where it brings one."""
    found = _of_invitation(db, mail) if mail.invitation_id is not None else {}
    return found | (MORE[mail.kind](db, mail, found) if mail.kind in MORE else {})


def _of_invitation(db: Database, mail: Mail) -> Facts:
    assert mail.invitation_id is not None
    invitation = invitations.by_id(db, mail.invitation_id)
    found = {
        "invitation": invitation,
        "name": invitation.enterprise.full_name,
        **of_round(invitation.round),
    }
    if MAIL_KINDS[mail.kind].brings_link:
        found["link"] = address(f"s/{invitations.new_link(db, invitation.id)}")
    return found


def address(path: str) -> str:
    """The whole address of a page of ours."""
    return f"{current_app.config['BASE_URL']}/{path}"


def _delegation(db: Database, mail: Mail, known: Facts) -> Facts:
    """The colleague's part, with a link of their own."""
    assert mail.delegation_id is not None
    part = delegations.find(db, mail.delegation_id)
    assert part is not None
    who = Respondent(db, known["invitation"], delegation=part)
    titles = list(who_answered.titles_of(who, part).values())
    link = address(f"s/{delegations.new_link(db, part)}")
    return {"part": part, "titles": titles, "link": link}


def _device_code(db: Database, mail: Mail, _known: Facts) -> Facts:
    """A code made now, so that its ten minutes begin when it leaves."""
    code = devices.new_code(db, mail.browser_hash, current_app.config["CODE_KEY"])
    return {"code": f"{code[:3]} {code[3:]}", "minutes": devices.CODE_MINUTES}


def _receipt(db: Database, mail: Mail, known: Facts) -> Facts:
    assert mail.response_id is not None
    response = responses.by_id(db, mail.response_id)
    assert response is not None
    invitation: Invitation = known["invitation"]
    asked = questionnaires.of_round(invitation.round.id, invitation.round.questionnaire)
    reading = Reading(asked, response.answers, {}, mail.language)
    answers = render_template(
        "mail/_answers.txt",
        groups=[group for group in reading.groups() if group.begun],
        explanation=reading.explanation(),
        filled_in=who_answered.filled_in(Respondent(db, invitation)),
    )
    at = format_datetime(clock.local(response.handed_in_at), "d MMMM yyyy HH:mm", rebase=False)
    return {"reference": response.reference, "when": at, "answers": answers}


def _returned(db: Database, mail: Mail, known: Facts) -> Facts:
    """What the coordinator asks, and about which answers."""
    assert mail.response_id is not None
    decision = decisions.newest_return(db, mail.response_id)
    assert decision is not None
    survey_round = known["invitation"].round
    asked = questionnaires.of_round(survey_round.id, survey_round.questionnaire)
    names = [_named(asked, name, mail.language) for name in decision.fields if name in asked]
    return {"message": decision.message, "fields": "; ".join(names)}


def _named(asked: Questionnaire, name: str, language: str) -> str:
    """A question by its short name, a part after the whole that it belongs to."""
    question = asked[name]
    wholes = [asked[question.part_of]] if question.part_of else []
    return ", ".join(each.short(language) for each in (*wholes, question))


def _sign_in(db: Database, mail: Mail, _known: Facts) -> Facts:
    assert mail.staff_id is not None
    link = address(f"logga-in/{new_sign_in_link(db, mail.staff_id, mail.browser_hash)}")
    if current_app.config["SHOW_SIGN_IN_LINKS"]:
        click.echo(f"\n  Inloggningslänk för {mail.recipient}: {link}\n")
    return {"link": link, "minutes": LINK_MINUTES}


def _staff_invited(db: Database, mail: Mail, _known: Facts) -> Facts:
    """How one signs in; no link that does it."""
    who = staff.by_id(db, mail.staff_id or 0)
    return {
        "link": address("logga-in"),
        "email": mail.recipient,
        "minutes": LINK_MINUTES,
        "role": labels(mail.language)[who.role] if who else "",
    }


# Kinds that know more than the invitation they are about.
MORE: Mapping[str, Callable[[Database, Mail, Facts], Facts]] = {
    "delegation": _delegation,
    "device_code": _device_code,
    "receipt": _receipt,
    "returned": _returned,
    "sign_in": _sign_in,
    "staff_invited": _staff_invited,
    "factor_reset": _staff_invited,
}
