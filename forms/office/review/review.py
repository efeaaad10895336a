"""Reviewing at the office: the queue, one answer with its checks, and the three decisions."""

from collections.abc import Callable
from dataclasses import replace

from flask import abort, render_template, request, url_for
from flask_babel import format_percent, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import as_file, blueprint, go_to
from forms.office.data_table import (
    Filter,
    Listing,
    Table,
    alphabetical,
    among,
    file_only,
    moment,
    number,
    search,
    text,
)
from forms.office.review.review_page import ReviewPage, corrections_again, read_corrections
from forms.office.round import answers
from forms.office.round.overview import welcome
from forms.office.round.progress import newest_round
from forms.respondent import handing_in
from forms.translations import language
from forms.web.request_context import Reply, actor, survey_db
from survey_data import clock
from survey_data.errors import ReviewedMeanwhile, RoundClosed
from survey_data.register import enterprises
from survey_data.responses import responses
from survey_data.review import queue, review
from survey_data.review.queue import Waiting
from survey_data.review.review import DecisionIncomplete, Ruling
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.typed_text import has_personal_number

LONGEST = 1000


@blueprint.get("/granska")
def show_queue() -> str:
    """What waits, the weightiest first; and the question before accepting several at once."""
    survey_round = rounds.current(survey_db()) or rounds.latest(survey_db())
    if survey_round is None:
        return welcome()
    listing = review_list(survey_round)
    waiting = listing.everyone
    unquestioned = [each for each in waiting if each.unquestioned]
    if "fraga" in request.args and unquestioned:
        return render_template("office/review/review_all.html", unquestioned=unquestioned)
    return render_template(
        "office/review/review_queue.html",
        round=survey_round,
        listing=listing,
        waiting=waiting,
        unquestioned=unquestioned,
        returned=queue.returned(survey_db(), survey_round),
        imported=queue.imported(survey_db()),
    )


def share(part: float) -> str:
    """A share of the county's sum with one decimal, as the language writes it."""
    return format_percent(part, "0.0 %" if language() == "sv" else "0.0%")


@blueprint.post("/granska")
def accept_unquestioned() -> Response:
    """Accept those answers of the list shown that no check has anything to say about."""
    shown = request.form.getlist("response", type=int)
    number = review.accept_unquestioned(survey_db(), shown, actor())
    said = ngettext("%(num)s svar är godkänt.", "%(num)s svar är godkända.", number)
    return go_to("show_queue", said)


@blueprint.get("/granska/<int:response_id>")
def review_answer(response_id: int) -> Reply:
    """One answer with its checks, beside earlier years."""
    page = _page(response_id)
    newest = responses.latest(survey_db(), page.response.invitation_id)
    if newest is not None and newest.id != response_id:
        return go_to("review_answer", response_id=newest.id)
    return _shown(page)


def _page(response_id: int) -> ReviewPage:
    response = responses.by_id(survey_db(), response_id)
    if response is None:
        abort(404)
    return ReviewPage(survey_db(), response, language(), typed=request.form.to_dict())


def _shown(page: ReviewPage) -> str:
    waiting = queue.queue(survey_db(), page.invitation.round)
    ids = [each.response_id for each in waiting]
    place = ids.index(page.response.id) if page.response.id in ids else None
    return render_template(
        "office/review/review.html",
        page=page,
        ids=ids,
        place=place,
        weight=None if place is None else waiting[place],
        contact=enterprises.main_contact(survey_db(), page.invitation.enterprise.id),
        history=answers.everything(survey_db(), page.response.invitation_id),
        handed_in=clock.local(page.response.handed_in_at),
        share=share,
    )


@blueprint.post("/granska/<int:response_id>")
def decide(response_id: int) -> Reply:
    """Take one of the three decisions and show the next answer in the queue."""
    page = _page(response_id)
    take = DECISIONS.get(request.form.get("decision", ""))
    if take is None:
        page.problems.append(("decision", _("Välj ett beslut")))
        return _shown(page)
    page.problems += [
        (name, _("Det här ser ut som ett personnummer och sparas inte."))
        for name in ("note", "reason", "message")
        if has_personal_number(request.form.get(name, ""))
    ]
    if page.problems:
        return _shown(page)
    before = queue.queue(survey_db(), page.invitation.round)
    try:
        handing_in.keep_checks(survey_db(), page.response)
        said = take(page)
    except DecisionIncomplete as fault:
        # Where it is completed, and how.
        lacking = {
            "values": ("correction", _("Ändra minst ett värde")),
            "reason": ("reason", _("Skriv ett skäl. Företaget får läsa det")),
            "message": ("message", _("Skriv en fråga till företaget")),
            "fields": ("ask", _("Kryssa i vilka uppgifter frågan gäller")),
        }
        page.problems = page.problems or [lacking[fault.lacks]]
        return _shown(page)
    except ReviewedMeanwhile:
        said = _("Inget är sparat: svaret har ändrats eller bedömts av någon annan. Läs det igen.")
        return go_to("review_answer", said, response_id=response_id)
    except RoundClosed:
        said = _("Omgången är stängd, så svaret kan inte skickas tillbaka. Rätta eller godkänn.")
        return go_to("review_answer", said, response_id=response_id)
    # The answer that came after this one in the queue, or what is left of it.
    ids = [each.response_id for each in before]
    later = ids[ids.index(response_id) + 1 :] if response_id in ids else []
    left = [each for each in (*later, *ids) if each != response_id]
    return go_to("review_answer", said, response_id=left[0]) if left else go_to("show_queue", said)


def _ruling(page: ReviewPage, *, accepts: bool = True) -> Ruling:
    """What is decided about the answer, and with it about every check that it `accepts`."""
    return Ruling(
        actor(),
        request.form.get("seen", 0, type=int),
        {fired.check_id: "accept" for fired in page.fired if accepts},
        request.form.get("note", "").strip()[:LONGEST],
        bool(page.words) and "names_nobody" in request.form,
    )


def _accept(page: ReviewPage) -> str:
    review.accept(survey_db(), page.response.id, _ruling(page))
    return _("%(name)s är godkänt.", name=page.invitation.enterprise.name)


def _correct(page: ReviewPage) -> str:
    values = read_corrections(page, request.form)
    if page.problems:
        raise DecisionIncomplete("values")
    reason = request.form.get("reason", "").strip()[:LONGEST]
    review.correct(survey_db(), page.response.id, values, reason, _ruling(page))
    return _("%(name)s är rättat och godkänt.", name=page.invitation.enterprise.name)


def _correct_again(page: ReviewPage) -> str:
    values, reason = corrections_again(page)
    if page.problems:
        raise DecisionIncomplete("values")
    review.correct(survey_db(), page.response.id, values, reason, _ruling(page))
    name = page.invitation.enterprise.name
    return _("%(name)s är rättat på nytt och godkänt.", name=name)


def _return(page: ReviewPage) -> str:
    fields = [q.name for _title, asked in page.returnable for q in asked]
    wanted = [name for name in fields if f"ask-{name}" in request.form]
    message = request.form.get("message", "").strip()[:LONGEST]
    name = page.invitation.enterprise.name
    ruling = _ruling(page, accepts=False)
    asked_about = {f.check_id: "ask" for f in page.fired if page.parts_of(f) & set(wanted)}
    ruling = replace(ruling, checks={**ruling.checks, **asked_about})
    if review.send_back(survey_db(), page.response.id, message, wanted, ruling):
        return _("Frågan till %(name)s ligger i utkorgen.", name=name)
    return _("%(name)s har ingen e-postadress. Ring: frågan syns i formuläret.", name=name)


DECISIONS: dict[str, Callable[[ReviewPage], str]] = {
    "accept": _accept,
    "correct": _correct,
    "again": _correct_again,
    "return": _return,
}


@as_file("granska")
def _newest_review_list() -> Listing[Waiting]:
    return review_list(newest_round())


def review_list(survey_round: Round) -> Listing[Waiting]:
    """What waits in a round, as the address asks for it."""
    waiting = queue.queue(survey_db(), survey_round)
    towns = sorted({w.municipality for w in waiting}, key=alphabetical)
    questions = {
        "fragor": _("Med frågor"),
        "oforklarade": _("Med oförklarade frågor"),
        "inga": _("Utan frågor"),
        "rattade": _("Rättat i en tidigare version"),
    }
    table: Table[Waiting] = Table(
        "granska", "office.show_queue",
        [
            text("name", _("Företag"), lambda w: w.name,
                 link=lambda w: url_for("office.review_answer", response_id=w.response_id)),
            text("town", _("Kommun"), lambda w: w.municipality, look="plain"),
            number("checks", _("Frågor"), lambda w: w.checks,
                   sort=lambda w: (w.unexplained, w.checks), look="plain"),
            file_only("unexplained", _("Oförklarade"), lambda w: w.unexplained),
            number("employees", _("Anställda"), lambda w: w.employees, look=""),
            file_only("employees_before", _("Anställda förra året"), lambda w: w.employees_before),
            number("placed", _("Placerade"), lambda w: w.placed, look=""),
            file_only("placed_before", _("Placerade förra året"), lambda w: w.placed_before),
            number("impact", _("Ändrar länet"), lambda w: round(100 * w.impact, 1),
                   sort=lambda w: w.impact, shown=lambda w: share(w.impact)),
            moment("when", _("Inlämnat"), lambda w: w.handed_in_at, look="nowrap"),
        ],
        [
            search(lambda w: [w.name], _("Sök på företag")),
            among("kommun", _("Kommun"), lambda w: w.municipality, {town: town for town in towns}),
            Filter("kontroll", _("Frågor"), _has, questions),
        ],
        "impact", f"asf-{survey_round.year}-granska",
    )  # fmt: skip
    return table.of(waiting)


def _has(waiting: Waiting, asked: str) -> bool:
    return {
        "fragor": bool(waiting.checks),
        "oforklarade": bool(waiting.unexplained),
        "inga": waiting.was_run and not waiting.checks,
        "rattade": waiting.was_corrected,
    }[asked]
