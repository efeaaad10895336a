"""Proof that a release protects: two tables for each secret and attacker, checked without a solver.

Each table is a set of whole numbers for the hidden figures that the attacker cannot rule out.
Anyone with the private truth can check a certificate by adding up; it is kept with the office.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_data.disclosure.observer import Knowledge, Secret, Sight, Variable
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


def check_certificate(certificate: Certificate, sight: Sight) -> None:
    """Raise NotProtected unless every secret is proven protected from every attacker.

    Whom there is to protect from, and what, is found from the sight, never from the certificate.
    """
    if certificate.hidden != sight.hidden:
        raise NotProtected(("", "", ""), cause="other figures")
    tables = [dict(zip(sight.hidden, t, strict=True)) for t in _of_length(certificate)]
    proofs = {proof[:2]: proof[2:] for proof in certificate.proofs}
    possible = [sight.is_possible(table) for table in tables]
    for name, knowledge in sight.attackers().items():
        may_be = [
            is_possible and sight.is_possible_to(table, knowledge)
            for table, is_possible in zip(tables, possible, strict=True)
        ]
        for secret in to_protect(sight, knowledge):
            _check(secret, name, proofs.get((secret.name, name)), tables, may_be, sight)


def to_protect(sight: Sight, knowledge: Knowledge) -> Iterator[Secret]:
    """The secrets that are not the attacker's own."""
    return (secret for secret in sight.secrets if not sight.knows(knowledge, secret))


def reaches(secret: Secret, high: int, low: int, sight: Sight) -> bool:
    """Whether two values that cannot be ruled out leave a secret uncertain enough."""
    is_high_enough = secret.before is not None or high >= sight.rules.top
    return is_high_enough and high - low >= sight.rules.width


def _of_length(certificate: Certificate) -> Iterator[tuple[int, ...]]:
    for table in certificate.tables:
        if len(table) != len(certificate.hidden):
            raise NotProtected(("", "", ""), cause="no proof")
        yield table


def _check(
    secret: Secret,
    name: str,
    proof: tuple[int, int] | None,
    tables: list[dict[Variable, int]],
    may_be: list[bool],
    sight: Sight,
) -> None:
    at = [n for n in proof or () if type(n) is int and 0 <= n < len(tables) and may_be[n]]
    if len(at) != 2:
        raise NotProtected(secret.figure, name, cause="no proof")
    high, low = (sight.value(secret, tables[n]) for n in at)
    if not reaches(secret, high, low, sight):
        raise NotProtected(secret.figure, name, low, high)
