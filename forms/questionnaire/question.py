"""Question: one declaration, from which field, column, codebook row and descriptions follow.

The name of a question is also its form field, its column and its codebook key. Each
round keeps the questionnaire it was asked with, so a question can be written as JSON
and read back.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from forms.questionnaire.types import TYPES, QuestionType, Value, in_language
from survey_data.rounds import EXTRA

ONLY_SWEDISH = "This question is written in Swedish only."
FREE_TEXT = {
    "sv": "Skriv inga namn eller uppgifter om enskilda personer. Det ni skriver publiceras inte.",
    "en": "Do not write names or anything about individual persons. What you write is not"
    " published.",
}


@dataclass(frozen=True)
class Choice:
    """One answer to choose; `fits` names the situations it is offered in (empty: always)."""

    code: str
    label_sv: str
    label_en: str
    fits: tuple[str, ...] = ()

    label = in_language("label")


with Path(__file__).with_name("choices.csv").open(encoding="utf-8", newline="") as _source:
    _CHOICES = list(csv.DictReader(_source))


def choices_of(question: str) -> tuple[Choice, ...]:
    """What can be chosen in answer to one of the inventory's questions."""
    return tuple(
        Choice(row["code"], row["label_sv"], row["label_en"], tuple(row["fits"].split()))
        for row in _CHOICES
        if row["question"] == question
    )


@dataclass(frozen=True)
class Question:
    """One question, in both languages, with everything that follows from it.

    `short_*` stands in receipts and lists, `nouns_*` after a number (one, many), `spoken_*` is
    how it is asked on the telephone, `missing_*` what is said where it must be answered and is
    not, `column_names` what the columns of other people's files call it. `part_of` names the
    total it belongs to, `blank_of` the number it says is not given, `read_with` the question on
    whose line the answer stands in the review. A bound may hold {year}.
    A private question never reaches analysts; `reviewed` ones reach them only after a
    coordinator has read them. A withdrawn one is asked no more in its round; what was
    answered stays.
    """

    name: str
    kind: str
    section: str
    module: str
    label_sv: str
    label_en: str
    help_sv: str = ""
    help_en: str = ""
    short_sv: str = ""
    short_en: str = ""
    unit_sv: str = ""
    unit_en: str = ""
    nouns_sv: tuple[str, str] = ("", "")
    nouns_en: tuple[str, str] = ("", "")
    required: bool = False
    minimum: int | str | None = None
    maximum: int | str | None = None
    choices: tuple[Choice, ...] = ()
    part_of: str = ""
    private: bool = False
    reviewed: bool = False
    series_core: bool = False
    reference: str = ""
    autocomplete: str = "off"
    withdrawn: bool = False
    blank_of: str = ""
    read_with: str = ""
    spoken_sv: str = ""
    spoken_en: str = ""
    missing_sv: str = ""
    missing_en: str = ""
    column_names: tuple[str, ...] = ()

    @property
    def type(self) -> QuestionType:
        """How this kind of question is stored, read and shown."""
        return TYPES[self.kind]

    @property
    def sql_type(self) -> str:
        """The type of its column."""
        return self.type.sql_type

    @property
    def typed(self) -> bool:
        """Whether a person types it; a computed one follows from its parts."""
        return self.kind != "computed"

    # Each in the language that it is asked for; "" where nothing is said.
    label = in_language("label")
    missing = in_language("missing")
    unit = in_language("unit")
    _help = in_language("help")

    def help(self, language: str) -> str:
        """What to count and how, or nothing; an extra text question always warns."""
        warning = FREE_TEXT[language] if self.reviewed and self.module == EXTRA else ""
        only = ONLY_SWEDISH if language == "en" and self.is_swedish_only else ""
        return f"{only} {self._help(language)} {warning}".strip()

    @property
    def is_swedish_only(self) -> bool:
        """Whether an extra question stands in Swedish in both languages."""
        return self.module == EXTRA and self.label_en == self.label_sv

    def short(self, language: str) -> str:
        """The label of its line in a receipt or a list."""
        short = self.short_en if language == "en" else self.short_sv
        return short or self.label(language)

    def spoken(self, language: str) -> str:
        """The question as it is asked in speech; as it is written where that says it as well."""
        spoken = self.spoken_en if language == "en" else self.spoken_sv
        return spoken or self.label(language)

    def nouns(self, language: str) -> tuple[str, str]:
        """What one of it and what many of it are called."""
        return self.nouns_en if language == "en" else self.nouns_sv

    def counted(self, number: int | str, language: str) -> str:
        """A number with its noun: "1 kvinna", "7 women"."""
        one, many = self.nouns(language)
        return f"{number} {one if number == 1 else many}".rstrip()

    def show(self, value: Value, language: str) -> str:
        """The answer in words, "" when there is none."""
        return "" if value is None else self.type.show(self, value, language)

    def column_description(self, language: str) -> str:
        """What the data browser says about the column."""
        unit = f" ({self.unit(language)})" if self.unit(language) else ""
        return f"{self.label(language)}{unit}. {self.help(language)}".strip()

    def _definition(self, language: str) -> str:
        codes = "; ".join(f"{c.code} = {c.label(language)}" for c in self.choices)
        kind = self.type.said_en if language == "en" else self.type.said_sv
        said = (self._help(language), codes and f"{codes}.", kind and f"{kind}.")
        return " ".join(text for text in said if text)

    def to_dict(self) -> dict[str, Any]:
        """The declaration as JSON, with the storage that follows from it."""
        # Not asdict(self), which copies deeply: a questionnaire has ninety of these.
        return vars(self) | {
            "choices": tuple(asdict(choice) for choice in self.choices),
            "sql_type": self.sql_type,
            "value_type": self.type.value_type,
            "description_sv": self.column_description("sv"),
            "description_en": self.column_description("en"),
            "definition_sv": self._definition("sv"),
            "definition_en": self._definition("en"),
        }

    @classmethod
    def from_dict(cls, source: Mapping[str, Any]) -> Question:
        """A question as a round keeps it; keys this release does not know are left alone."""
        known = {name: source[name] for name in cls.__dataclass_fields__ if name in source}
        for name in {"nouns_sv", "nouns_en", "column_names"} & known.keys():
            known[name] = tuple(known[name])
        known["choices"] = tuple(
            Choice(c["code"], c["label_sv"], c["label_en"], tuple(c.get("fits", ())))
            for c in known.get("choices", ())
        )
        return cls(**known)
