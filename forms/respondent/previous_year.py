"""Last year's figure was wrong: the enterprise says what it should have been, and why."""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import cast

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from forms.checks import checking, messages
from forms.checks.declarations import COUNTS
from forms.questionnaire.questionnaire import Questionnaire
from forms.respondent.respondent import Respondent, current
from forms.respondent.section_form import AnswerField, SectionForm
from forms.respondent.steps import BY_KEY
from forms.respondent.views import blueprint
from forms.translations import language
from survey_data.responses.drafts import Value
from survey_data.responses.responses import Response
from survey_data.review import decisions, proposals
from survey_data.review.proposals import Revision

REASON = "comment_changes"


@dataclass
class LastYearPage:
    """What stands of last year, what was proposed or typed, and what must be put right."""

    respondent: Respondent
    before: Response
    form: SectionForm
    language: str
    waiting: Revision | None = None
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def questionnaire(self) -> Questionnaire:
        """The questions of this round, by which last year is read too."""
        return self.respondent.questionnaire

    @property
    def groups(self) -> list[tuple[str, list[AnswerField]]]:
        """The numbers that can be revised, under the titles of their sections."""
        counted = [self.form[name] for name in COUNTS if name in self.form]
        return [
            (BY_KEY[key].title(self.language), list(fields))
            for key, fields in groupby(counted, lambda each: str(each.question.section))
        ]

    def standing(self, number: AnswerField) -> str:
        """What stands of a number."""
        return number.question.show(self.before.answers.get(number.name), self.language)

    @property
    def wanted(self) -> dict[str, Value]:
        """Every number as typed, with its totals; what was not answered then stays so."""
        numbers = {n: v for n, v in self.form.answers.items() if n in COUNTS}
        known = self.questionnaire.with_computed(self.before.answers | numbers)
        totals = [n for n in self.questionnaire.totals if n in known and n in self.before.answers]
        return numbers | {name: known[name] for name in totals if name not in COUNTS}


@lru_cache(maxsize=64)
def form_class(asked: Questionnaire, language: str) -> type[SectionForm]:
    """The numbers of an answer and the reason to revise them."""
    names = [name for name in (*COUNTS, REASON) if name in asked]
    fields = {name: AnswerField(asked[name], language) for name in names}
    return cast(type[SectionForm], type("LastYearForm", (SectionForm,), fields))


@blueprint.route("/svara/forra-aret", methods=["GET", "POST"])
def last_year() -> str | Redirect | tuple[str, int]:
    """Show what stands of last year, or take a proposal to revise it."""
    respondent = current(to_read=True)
    respondent.invitation.round.must_be_open()
    before = decisions.of_last_year(respondent.db, respondent.invitation)
    if before is None:
        return render_template(
            "respondent/no_last_year.html", invitation=respondent.invitation
        ), 404
    page = _page(respondent, before)
    if request.method == "POST":
        page.problems = _problems(page)
        if not page.problems:
            reason = str(page.form.answers.get(REASON) or "")
            proposals.propose_revision(respondent.db, respondent.invitation, page.wanted, reason)
            return redirect(url_for("answer.last_year", sparat=1), 303)
    return render_template("respondent/last_year.html", page=page, invitation=respondent.invitation)


def _page(respondent: Respondent, before: Response) -> LastYearPage:
    waiting = proposals.revision_of(respondent.db, respondent.invitation.id)
    proposed = waiting.answers if waiting else {}
    shown = dict(before.answers) | dict(proposed) | {REASON: waiting.reason if waiting else None}
    typed = request.form if request.method == "POST" else None
    form = form_class(respondent.questionnaire, language())(typed, data=shown)
    return LastYearPage(respondent, before, form, language(), waiting)


def _problems(page: LastYearPage) -> dict[str, str]:
    """What to put right, by field, in the order of the page."""
    found = {
        name: messages.unreadable(why, page.form[name].question, page.language)
        for name, why in page.form.unreadable.items()
    }
    answers = page.before.answers | page.form.answers
    for fired in checking.must_be_put_right(checking.run(page.questionnaire, answers, only=COUNTS)):
        if fired.fields[0] in page.form and fired.rule != "gone":
            said = messages.say(fired, page.questionnaire, page.language)
            found.setdefault(fired.fields[0], said)
    changes = any(page.before.answers.get(n) != value for n, value in page.wanted.items())
    if not found and changes and not page.form.answers.get(REASON):
        found[REASON] = _("Skriv med en mening vad som blev fel")
    return found
