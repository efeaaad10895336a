"""The roles of those who sign in and what each may do. A new role is one entry here.

Pages, commands and the data browser ask `may`; they know no role by its name.
"""

from __future__ import annotations

from dataclasses import dataclass

# What can be allowed: the coordinator's pages, the enterprises' own answers, the yearly mail.
COORDINATE, MICRODATA, BOARD_MAIL = "coordinate", "microdata", "board mail"


@dataclass(frozen=True)
class Role:
    """A role as the staff page and the invitation call it, and what it allows."""

    label_sv: str
    label_en: str
    may: frozenset[str]


ROLES = {
    "coordinator": Role(
        "Samordnare: sköter registret, omgången och inställningarna",
        "Coordinator: looks after the register, the round and the settings",
        frozenset({COORDINATE, MICRODATA}),
    ),
    "analyst": Role(
        "Analytiker: läser och hämtar alla företags svar",
        "Analyst: reads and downloads every enterprise’s answers",
        frozenset({MICRODATA}),
    ),
    "board": Role("Styrelse: läser rapporten", "Board: reads the report", frozenset({BOARD_MAIL})),
}


def may(role: str, what: str) -> bool:
    """Whether a role allows something; one that is not declared allows nothing."""
    return role in ROLES and what in ROLES[role].may


def needs_factor(role: str) -> bool:
    """Whether a role must show a second factor: it reads answers, or decides."""
    return may(role, COORDINATE) or may(role, MICRODATA)


def labels(language: str) -> dict[str, str]:
    """What each role is called, in "sv" or "en"."""
    return {
        code: role.label_en if language == "en" else role.label_sv for code, role in ROLES.items()
    }
