"""One section of the questionnaire as a WTForms form."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form

from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire, Section
from forms.questionnaire.types import Unreadable, Value, read

# The pages on which a change since last year is asked about.
COUNTING = ("anstallda", "placerade")
CHANGE = "forandring"


class AnswerField(Field):  # type: ignore[misc]
    """The field of a question: its answer, and the texts that stand in it."""

    def __init__(self, question: Question, language: str, **bound: Any) -> None:
        super().__init__(question.label(language), **bound)
        self.question = question
        self.language = language
        self.texts: list[str] = []
        self.unreadable = ""

    def process_data(self, value: Value) -> None:
        """Show an answer that is known already."""
        self.data = value
        self.texts = self.question.type.write(value)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; the texts stay, whatever they are."""
        self.texts = list(valuelist)
        try:
            self.data = read(self.question, valuelist)
        except Unreadable as reason:
            self.data, self.unreadable = None, reason.check

    @property
    def text(self) -> str:
        """The text of a field that has only one."""
        return self.texts[0] if self.texts else ""


class SectionForm(Form):  # type: ignore[misc]
    """The fields of one section."""

    def leave_explanation(self, saved: Mapping[str, Value]) -> None:
        """Keep the saved explanation in its fields: they did not stand on the page sent in."""
        for field in self:
            if field.question.section == CHANGE:
                field.process_data(saved.get(field.name))
                field.unreadable = ""

    def bring_back(self, typed: Mapping[str, Sequence[str]]) -> None:
        """Put texts that were no answers back into their fields."""
        for name, texts in typed.items():
            if name in self:
                self[name].process_formdata(texts)

    @property
    def answers(self) -> dict[str, Value]:
        """The answers that could be read."""
        return {
            name: cast(Value, field.data)
            for name, field in self._fields.items()
            if not field.unreadable
        }

    @property
    def unreadable(self) -> dict[str, str]:
        """Why each of the other answers could not be read."""
        return {n: field.unreadable for n, field in self._fields.items() if field.unreadable}


@lru_cache(maxsize=256)
def form_class(questionnaire: Questionnaire, section: Section, language: str) -> type[SectionForm]:
    """The form of a page, made once for each questionnaire and language."""
    fields = {q.name: AnswerField(q, language) for q in questions_on(questionnaire, section)}
    return cast(type[SectionForm], type("SectionForm", (SectionForm,), fields))


def questions_on(questionnaire: Questionnaire, section: Section) -> tuple[Question, ...]:
    """The questions a page can hold: its own, and where a colleague counts those of a change."""
    also = questionnaire.in_section(CHANGE) if section.key in COUNTING else ()
    return tuple(q for q in (*questionnaire.on_page(section), *also) if q.typed)


def with_filled(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was typed, with what a pressed button changes ("employees_men=5")."""
    filled = filled_by_button(typed)
    if not filled:
        return typed
    changed = MultiDict((name, text) for name, text in typed.items(multi=True))
    for name, texts in filled.items():
        changed.setlist(name, texts)
    return changed


def filled_by_button(typed: MultiDict[str, str]) -> dict[str, list[str]]:
    """What a pressed button puts into which fields: a suggested correction, or another's answer."""
    found: dict[str, list[str]] = {}
    for name, text in parse_qsl(typed.get("fill", ""), keep_blank_values=True):
        found.setdefault(name, []).append(text)
    return found
