"""An extra question as it is typed at the office, and the declaration that it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from forms.questionnaire.question import Choice, Question
from survey_data.personal_numbers import has_personal_number
from survey_data.rounds.extra_module import EXTRA, SECTION
from survey_data.rounds.extra_questions import slug, unused

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
    """Everything the form holds, trimmed; what the kind has no use for is left out."""

    kind: str
    label_sv: str = ""
    label_en: str = ""
    help_sv: str = ""
    help_en: str = ""
    unit_sv: str = ""
    unit_en: str = ""
    required: bool = False
    choices: tuple[TypedChoice, ...] = ()

    def question(self, name: str, *, withdrawn: bool = False) -> Question:
        """The declaration, once nothing is wrong."""
        units = (self.unit_sv, self.unit_en) if self.kind == "whole_number" else ("", "")
        return Question(
            name, self.kind, SECTION, EXTRA, self.label_sv, self.label_en,
            self.help_sv, self.help_en, unit_sv=units[0], unit_en=units[1],
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
            code = typed.code or unused(slug(typed.en, LONGEST_CODE), taken)
            taken.add(code)
            found.append(Choice(code, typed.sv, typed.en))
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
        for name, words in (
            ("label_sv", _("Skriv frågan på svenska.")),
            ("label_en", _("Skriv frågan på engelska.")),
        ):
            if not getattr(self, name):
                yield name, words
        for part, words in (
            ("help", _("Skriv hjälptexten på båda språken, eller på inget.")),
            ("unit", _("Skriv enheten på båda språken, eller på inget.")),
        ):
            yield from self._one_language(part, words)
        for name in WORDS:
            if len(getattr(self, name)) > LONGEST[name[:-3]]:
                yield name, _("Korta texten till högst %(n)s tecken.", n=LONGEST[name[:-3]])
            if has_personal_number(getattr(self, name)):
                yield name, _("Det här ser ut som ett personnummer och sparas inte.")

    def _one_language(self, part: str, words: str) -> Iterable[tuple[str, str]]:
        sv, en = getattr(self, f"{part}_sv"), getattr(self, f"{part}_en")
        if bool(sv) != bool(en):
            yield f"{part}_{'en' if sv else 'sv'}", words

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
        return Typed(**{**vars(self), "choices": tuple(rows)})


def _faults_of(row: int, choice: TypedChoice, seen: set[str]) -> Iterable[tuple[str, str]]:
    for code, text in (("sv", choice.sv), ("en", choice.en)):
        name = f"choice_{code}_{row}"
        if not text:
            yield name, _("Skriv svar %(n)s på båda språken.", n=row)
        elif len(text) > LONGEST["choice"]:
            yield name, _("Korta texten till högst %(n)s tecken.", n=LONGEST["choice"])
        elif f"{code} {text.casefold()}" in seen:
            yield name, _("Svar %(n)s står redan i listan.", n=row)
        elif has_personal_number(text):
            yield name, _("Det här ser ut som ett personnummer och sparas inte.")
        seen.add(f"{code} {text.casefold()}")


def typed_of(entry: Mapping[str, Any]) -> Typed:
    """A kept question as the form shows it."""
    return Typed(
        entry["kind"],
        **{name: entry[name] for name in WORDS},
        required=entry["required"],
        choices=tuple(
            TypedChoice(c["code"], c["label_sv"], c["label_en"]) for c in entry["choices"]
        ),
    )
