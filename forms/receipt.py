"""The answers as lines to read, the same on the receipt page and in its mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.question import Question
from survey_data.responses import Value
from survey_data.rounds import Round

HEADINGS = {
    "foretaget": ("Företaget", "The enterprise"),
    "anstallda": ("Anställda", "Employees"),
    "placerade": ("Placerade", "Placed"),
    "fler-fragor": ("Frivilliga frågor", "Voluntary questions"),
}


@dataclass(frozen=True)
class Line:
    """A heading, or one answer; a part stands under its total."""

    label: str
    value: str = ""
    is_part: bool = False
    is_heading: bool = False


def receipt_lines(held: Round, answers: Mapping[str, Value], language: str) -> list[Line]:
    """Every answer that was given, under its section's heading, in a language."""
    lines: list[Line] = []
    section = ""
    for source in held.questionnaire:
        question = Question.from_dict(source)
        value = answers.get(question.name)
        if value is None:
            continue
        if question.section != section:
            section = question.section
            lines.append(Line(HEADINGS[section][language == "en"], is_heading=True))
        shown = question.show(value, language)
        lines.append(Line(question.short(language), shown, bool(question.part_of)))
    return lines
