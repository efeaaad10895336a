"""Proof that a pattern protects: two tables for each secret and intruder, checked without a solver.

Each table gives whole numbers for the hidden cells that the intruder cannot rule out. Anyone with
the private truth can check a certificate by adding up; it is kept with the office.

    |       | north women | north men | south women | south men |
    |-------|------------:|----------:|------------:|----------:|
    | truth |          20 |         3 |          14 |        25 |
    | high  |          15 |         8 |          19 |        20 |
    | low   |          23 |         0 |          11 |        28 |

All three add up to 23 and 39, and to 34 and 28. So the north's men may be 8 and may be 0: at
least 5 in some table, and two tables 5 or more apart. That is what a certificate must show, for
the outsider and for each enterprise that has some of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_data.disclosure.intruder_view import IntruderView, Knowledge, Secret, Variable
from survey_data.errors import NotProtected

Proof = tuple[str, str, int, int]  # the secret, from whom, the high table, the low table


@dataclass(frozen=True)
class Certificate:
    """The hidden figures, tables of values for them, and which two tables prove what."""

    hidden: tuple[Variable, ...]
    tables: tuple[tuple[int, ...], ...]
    proofs: tuple[Proof, ...]

    def as_dict(self) -> dict[str, Any]:
        """As stored."""
        return {"hidden": self.hidden, "tables": self.tables, "proofs": self.proofs}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Certificate:
        """As read back; whatever is not as it should be is found by the check."""
        return cls(
            tuple(tuple(v) for v in stored["hidden"]),
            tuple(tuple(t) for t in stored["tables"]),
            tuple(tuple(p) for p in stored["proofs"]),
        )


def check_certificate(certificate: Certificate, view: IntruderView) -> None:
    """Raise NotProtected unless every secret is proven protected from every intruder.

    Whom there is to protect from, and what, is found from the view, never from the certificate.
    """
    if certificate.hidden != view.hidden:
        raise NotProtected(("", "", ""), cause="other figures")
    if any(len(table) != len(view.hidden) for table in certificate.tables):
        raise NotProtected(("", "", ""), cause="no proof")
    tables = [dict(zip(view.hidden, t, strict=True)) for t in certificate.tables]
    proofs = {proof[:2]: proof[2:] for proof in certificate.proofs}
    possible = [view.is_possible(table) for table in tables]
    for name, knowledge in view.intruders().items():
        may_be = [
            is_possible and view.is_possible_to(table, knowledge)
            for table, is_possible in zip(tables, possible, strict=True)
        ]
        for secret in to_protect(view, knowledge):
            _check(secret, name, proofs.get((secret.name, name)), tables, may_be, view)


def to_protect(view: IntruderView, knowledge: Knowledge) -> Iterator[Secret]:
    """The secrets that are not the intruder's own."""
    return (secret for secret in view.secrets if not view.knows(knowledge, secret))


def reaches(secret: Secret, high: int, low: int, view: IntruderView) -> bool:
    """Whether two values that cannot be ruled out leave a secret uncertain enough."""
    is_high_enough = secret.before is not None or high >= view.rules.top
    return is_high_enough and high - low >= view.rules.width


def _check(
    secret: Secret,
    name: str,
    proof: tuple[int, int] | None,
    tables: list[dict[Variable, int]],
    may_be: list[bool],
    view: IntruderView,
) -> None:
    at = [n for n in proof or () if type(n) is int and 0 <= n < len(tables) and may_be[n]]
    if len(at) != 2:
        raise NotProtected(secret.figure, name, cause="no proof")
    high, low = (view.value(secret, tables[n]) for n in at)
    if not reaches(secret, high, low, view):
        raise NotProtected(secret.figure, name, low, high)
