"""An edit check as one row: what it compares, where its limit is, and every word it says.

A row in forms/checks/core.py or forms/checks/modules.py is all that a check needs, with a rule
in forms/checks/rules.py if it compares in a new way. Pure: values in, values out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Literal

from forms.checks.rules import Rule

Kind = Literal["hard", "soft", "balance"]


class _Figures(dict[str, Any]):
    """Figures by name; one that an older release did not keep is shown as none."""

    def __missing__(self, name: str) -> str:
        return "–"


@dataclass(frozen=True)
class Wording:
    """A text in both languages; {names} in it stand for figures."""

    sv: str
    en: str

    def say(self, language: str, **figures: Any) -> str:
        """The text in one language, with its figures filled in."""
        return (self.en if language == "en" else self.sv).format_map(_Figures(figures))


@dataclass(frozen=True)
class Check:
    """One edit check; a hard one or a balance must be put right, a soft one asks once.

    `asked` ones are put to the respondent, the others only reviewed. `heading` is what it is
    called, `rises` and `falls` where it matters which way a number went. `says` is what the
    respondent reads, `seen` what the reviewer reads instead, `limit` where its limit is. Each
    may name any figure of the rule or the parameters; `{now_said}`, `{before_said}` and
    `{total_said}` are numbers with their nouns, `{label}` is what the question is called.
    """

    id: str
    rule: Rule
    kind: Kind
    fields: tuple[str, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    _: KW_ONLY
    heading: Wording
    says: Wording
    seen: Wording | None = None
    limit: Wording | None = None
    rises: Wording | None = None
    falls: Wording | None = None
    asked: bool = True


# What several checks say. Kept as a table that can be read through, not one argument a line.
# fmt: off
CHANGED = Wording("Ni hade {before_said} förra året och {now} i år.",
                  "You had {before_said} last year and {now} this year.")
CHANGED_FOR_REVIEW = Wording("{now_said} mot {before} förra året: {difference}.",
                             "{now_said} against {before} last year: {difference}.")
PARTS = Wording("Delarna blir tillsammans {sum}, men ni har angett {total_said}",
                "The parts add up to {sum}, but you have entered {total_said}")
AT_MOST = Wording("Skriv högst {total}. Ni har angett {total_said}",
                  "Enter at most {total}. You stated {total_said}")
# Where the limits are.
SHARE_AND_PERSONS = Wording("Gränsen är {share} och minst {persons} personer.",
                            "The limit is {share} and at least {persons} persons.")
MORE_THAN_SHARE = Wording("Gränsen är mer än {share} och minst {persons} personer.",
                          "The limit is more than {share} and at least {persons} persons.")
POINTS = Wording("Gränsen är {points} procentenheter och minst {persons} personer.",
                 "The limit is {points} percentage points and at least {persons} persons.")
SHARE = Wording("Gränsen är {share}.", "The limit is {share}.")
NUMBER = Wording("Gränsen är {limit}.", "The limit is {limit}.")
TIMES = Wording("Gränsen är {times} gånger så många.", "The limit is {times} times as many.")
FROM = Wording("Kontrollen slår till när minst {from} har blivit noll.",
               "The check fires when at least {from} have become zero.")
LEAST = Wording("Gränsen är {least} tkr för varje anställd.",
                "The limit is SEK {least} thousand for each employee.")
ANYBODY = Wording("Kontrollen slår till så snart någon har räknats där.",
                  "The check fires as soon as anyone is counted there.")
SENT_AGAIN = Wording("Det kan stämma, men kan också vara förra årets svar som har skickats en"
                     " gång till.",
                     "It may be right, but it may also be last year’s answer sent once more.")
SAME_DAY = Wording("Alla ska räkna på samma dag för att kunna jämföras.",
                   "Everyone should count on the same day to be comparable.")
DIFFERS = Wording("Kontrollen slår till när svaret är ett annat än förra året.",
                  "The check fires when the answer is another than last year.")
CRITERION = Wording("Kriteriet hör till det som gör ett företag till ASF.",
                    "The criterion is part of what makes an enterprise a WISE.")
# fmt: on
