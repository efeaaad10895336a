"""What is looked at in an answer: each check with its words and limits, and what is suggested.

An edit check is one row: what it compares, where its limit is, and every word it says. A row in
forms/checks/declarations.py is all that it needs, with a rule in forms/checks/rules.py if it
compares in a new way. Pure: values in, values out.
"""

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
