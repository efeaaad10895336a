"""An extra question as it is typed at the office, and the declaration that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from forms.questionnaire.question import Choice, Question
from survey_data.rounds import EXTRA, SECTION
from survey_data.rounds.extra_questions import LONGEST_NAME, slug, unused
from survey_data.typed_text import has_personal_number

# Each kind, with what it has beside words; free text is read by a person before analysts see it.
KINDS: Mapping[str, Mapping[str, Any]] = {
    "whole_number": {"minimum": 0, "maximum": 999_999},
    "choice": {},
    "several": {},
    "yes_no": {},
    "long_text": {"maximum": 1000, "reviewed": True},
}
WORDS = ("label_sv", "label_en", "help_sv", "help_en", "unit_sv", "unit_en")
WITH_CHOICES = ("choice", "several")
LONGEST = {"label": 200, "help": 400, "unit": 30, "choice": 150}
LONGEST_CODE = 30
MOST_CHOICES = 30
COLUMN = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_NAME - 1}}}")


def kind_words() -> dict[str, str]:
    """What each kind is called at the office."""
    return {
        "whole_number": _("Antal (heltal)"),
        "choice": _("Ett val"),
        "several": _("Flera val"),
        "yes_no": _("Ja eller nej"),
        "long_text": _("Text"),
    }


@dataclass(frozen=True)
class TypedChoice:
    """One answer to choose as it is typed; `code` is "" until it has been saved once."""

    code: str
    sv: str
    en: str

    @property
    def is_blank(self) -> bool:
        """Whether the row was left empty, which takes the choice away."""
        return not (self.sv or self.en)


@dataclass(frozen=True)
class Typed:
    """Everything the form holds, trimmed; what the kind has no use for is left out.

    No English is needed: what lacks it stands in Swedish in both languages. `column` is "" where
    the name is to be made of the question.
    """

    kind: str
    label_sv: str = ""
    label_en: str = ""
    help_sv: str = ""
    help_en: str = ""
    unit_sv: str = ""
    unit_en: str = ""
    required: bool = False
    choices: tuple[TypedChoice, ...] = ()
    column: str = ""

    def question(self, name: str, *, withdrawn: bool = False) -> Question:
        """The declaration, once nothing is wrong."""
        units = (self.unit_sv, self.unit_en) if self.kind == "whole_number" else ("", "")
        return Question(
            name, self.kind, SECTION, EXTRA, self.label_sv, self.label_en or self.label_sv,
            self.help_sv, self.help_en or self.help_sv,
            unit_sv=units[0], unit_en=units[1] or units[0],
            required=self.required, choices=self._choices(), withdrawn=withdrawn,
            **KINDS[self.kind],
        )  # fmt: skip

    @property
    def filled(self) -> list[TypedChoice]:
        """The rows of choices that hold something."""
        return [c for c in self.choices if not c.is_blank] if self.kind in WITH_CHOICES else []

    def _choices(self) -> tuple[Choice, ...]:
        taken = {c.code for c in self.filled}
        found = []
        for typed in self.filled:
            code = typed.code or unused(slug(typed.en or typed.sv, LONGEST_CODE), taken)
            taken.add(code)
            found.append(Choice(code, typed.sv, typed.en or typed.sv))
        return tuple(found)

    def faults(self) -> dict[str, str]:
        """What to put right, by the field it is in; the first fault of each."""
        found: dict[str, str] = {}
        for name, words in (*self._word_faults(), *self._choice_faults()):
            found.setdefault(name, words)
        return found

    def _word_faults(self) -> Iterable[tuple[str, str]]:
        if self.kind not in KINDS:
            yield "kind", _("Välj vilken typ av svar frågan ska ha.")
        for part, words in (
            ("label", _("Skriv frågan på svenska.")),
            ("help", _("Skriv hjälptexten på svenska också.")),
            ("unit", _("Skriv enheten på svenska också.")),
        ):
            is_needed = part == "label" or getattr(self, f"{part}_en")
            if is_needed and not getattr(self, f"{part}_sv"):
                yield f"{part}_sv", words
        if self.column and not COLUMN.fullmatch(self.column):
            yield "column", _("Skriv namnet med små bokstäver a–z, siffror och understreck.")
        for name in WORDS:
            if len(getattr(self, name)) > LONGEST[name[:-3]]:
                yield name, _("Korta texten till högst %(n)s tecken.", n=LONGEST[name[:-3]])
            if has_personal_number(getattr(self, name)):
                yield name, _("Det här ser ut som ett personnummer och sparas inte.")

    def _choice_faults(self) -> Iterable[tuple[str, str]]:
        if self.kind in WITH_CHOICES and len(self.filled) < 2:
            yield "choice_sv_1", _("Skriv minst två svar att välja mellan.")
        if len(self.filled) > MOST_CHOICES:
            yield "choice_sv_1", _("Högst %(n)s svar får plats.", n=MOST_CHOICES)
        seen: set[str] = set()
        for row, choice in enumerate(self.choices, 1):
            if self.kind in WITH_CHOICES and not choice.is_blank:
                yield from _faults_of(row, choice, seen)

    def restored(self, kept: Iterable[Mapping[str, str]]) -> Typed:
        """The same with every code that is not one of those kept taken for a new choice."""
        known = {choice["code"] for choice in kept}
        rows = (c if c.code in known else TypedChoice("", c.sv, c.en) for c in self.choices)
        return replace(self, choices=tuple(rows))


def _faults_of(row: int, choice: TypedChoice, seen: set[str]) -> Iterable[tuple[str, str]]:
    if not choice.sv:
        yield f"choice_sv_{row}", _("Skriv svar %(n)s på svenska också.", n=row)
    for code, text in (("sv", choice.sv), ("en", choice.en)):
        name = f"choice_{code}_{row}"
        if not text:
            continue
        if len(text) > LONGEST["choice"]:
            yield name, _("Korta texten till högst %(n)s tecken.", n=LONGEST["choice"])
        elif f"{code} {text.casefold()}" in seen:
            yield name, _("Svar %(n)s står redan i listan.", n=row)
        elif has_personal_number(text):
            yield name, _("Det här ser ut som ett personnummer och sparas inte.")
        seen.add(f"{code} {text.casefold()}")


def typed_of(entry: Mapping[str, Any]) -> Typed:
    """A kept question as the form shows it: English only where it is another than the Swedish."""

    def english(kept: Mapping[str, Any], part: str) -> str:
        return "" if kept[f"{part}_en"] == kept[f"{part}_sv"] else str(kept[f"{part}_en"])

    words = {f"{part}_en": english(entry, part) for part in ("label", "help", "unit")}
    return Typed(
        entry["kind"],
        **{name: words.get(name, entry[name]) for name in WORDS},
        required=entry["required"],
        choices=tuple(
            TypedChoice(c["code"], c["label_sv"], english(c, "label")) for c in entry["choices"]
        ),
        column=entry["name"],
    )
