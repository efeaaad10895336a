"""What a list would do to the register, as lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from forms.archive.register_import import RegisterProposal


def proposal(found: RegisterProposal) -> Iterator[str]:
    """What each column is taken for, what would happen, and what is left."""
    yield " ".join((f"{found.file.name}.", *found.notes))
    for name, column in zip(found.table.header, found.proposals, strict=True):
        yield f"  {name or '(utan namn)'} → {column.fact or 'läses inte'}"
    changes = found.reading.changes
    new = sum(change.is_new for change in changes)
    changed = sum(bool(change.facts) for change in changes)
    yield f"{new} nya, {changed} ändras, {len(changes) - new - changed} som i registret."
    for change in found.reading.without_address:
        yield f"  rad {change.line}: {change.wanted.name} saknar e-postadress (tas in ändå)"
    for line in found.left_out:
        yield f"  rad {line}: summa eller not, läses inte"
    for row in found.reading.bad:
        for _fact, fault in row.faults:
            where = ", ".join(part for part in (f"rad {row.line}", fault.column) if part)
            value = f" Det står ”{fault.value}”." if fault.value else ""
            yield f"  {where}: {fault.words}{value}"
    if found.reading.bad:
        yield f"{len(found.reading.bad)} rader tas inte in."
    if found.unread:
        yield "Kolumner som inte läses: " + ", ".join(found.unread)
