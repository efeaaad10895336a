"""The mail texts that were changed, and what they must hold.

Each is kept with the round it was changed for, and holds for later ones too; what is changed
between two rounds is kept with the one before, and before the first of all in the settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import first, keep_setting, rows, run, scalar, setting, writing
from survey_data.errors import SurveyError
from survey_data.mail_kinds import EDITABLE
from survey_data.typed_text import has_personal_number


@dataclass(frozen=True)
class BadWords:
    """One fault in a mail text: which part has it, and what, in Swedish and English."""

    part: str
    sv: str
    en: str


class BadMailText(SurveyError):
    """A mail text that would not work; nothing of it was stored."""

    def __init__(self, faults: Sequence[BadWords]) -> None:
        super().__init__(" ".join(f.sv for f in faults))
        self.faults = tuple(faults)


LINK = "länk"
PLACEHOLDERS = ("namn", "år", LINK, "sista_dag", "räknedag", "tid")
PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
LONGEST_SUBJECT, LONGEST_BODY = 150, 4000


@dataclass(frozen=True)
class Text:
    """Subject and body of a mail, with {placeholders} where each enterprise's own words go."""

    subject: str
    body: str

    def filled(self, values: Mapping[str, str]) -> Text:
        """The same with every known placeholder replaced."""

        def value(found: re.Match[str]) -> str:
            return values.get(found[1], found[0])

        return Text(PLACEHOLDER.sub(value, self.subject), PLACEHOLDER.sub(value, self.body))


def stored(db: Database, round_id: int, kind: str, language: str) -> Text | None:
    """The text as it was changed for a round, or else for the latest before it.

    Of the round that is to come (0), for the latest there is. None where it follows the
    template; an empty subject is kept where it was put back to it.
    """
    sql = """SELECT t.subject, t.body FROM mail_text t JOIN round r ON r.id = t.round_id
        WHERE (:id = 0 OR r.year <= (SELECT year FROM round WHERE id = :id)) AND t.kind = :kind
        AND t.language = :language ORDER BY r.year DESC LIMIT 1"""
    row = first(db, sql, {"id": round_id, "kind": kind, "language": language})
    if row is None:
        row = json.loads(setting(db, _name(kind, language)) or "{}")
    return Text(row["subject"], row["body"]) if row.get("subject") else None


def _name(kind: str, language: str) -> str:
    return f"mail_text {kind} {language}"


def every(db: Database, round_id: int) -> dict[tuple[str, str], Text]:
    """The texts of a round by kind and language; empty where they are the template's."""
    names = ((kind, language) for kind in EDITABLE for language in ("sv", "en"))
    return {each: stored(db, round_id, *each) or Text("", "") for each in names}


def changed(db: Database, round_id: int) -> set[tuple[str, str]]:
    """Which texts of a round are not the template's: kind and language."""
    return {each for each, text in every(db, round_id).items() if text.subject}


def save(db: Database, round_id: int, kind: str, language: str, text: Text, actor: str) -> None:
    """Change a text for a round; raises BadMailText with every fault there is."""
    check(text, kind)
    with writing(db):
        _keep(db, round_id, kind, language, text)
        after = {"kind": kind, "language": language}
        audit_trail.record(db, actor, "mail text changed", f"round {round_id}", after=after)


def reset(db: Database, round_id: int, kind: str, language: str, actor: str) -> None:
    """Let a text follow its template again, whatever earlier rounds had."""
    with writing(db):
        round_id = round_id or _latest(db)
        if stored(db, round_id, kind, language):
            sql = "DELETE FROM setting WHERE name = ? AND ? = 0"
            run(db, sql, (_name(kind, language), round_id))  # fmt: skip
            own = "round_id = ? AND kind = ? AND language = ?"
            run(db, f"DELETE FROM mail_text WHERE {own}", (round_id, kind, language))
            # What an earlier round had would come back.
            if stored(db, round_id, kind, language):
                _keep(db, round_id, kind, language, Text("", ""))
            after = {"kind": kind, "language": language}
            audit_trail.record(db, actor, "mail text reset", f"round {round_id}", after=after)


def own(db: Database, round_id: int) -> dict[tuple[str, str], Text]:
    """What was changed in a round itself, also what was put back (empty); by kind and language."""
    found = rows(db, "SELECT * FROM mail_text WHERE round_id = ?", (round_id,))
    return {(r["kind"], r["language"]): Text(r["subject"], r["body"]) for r in found}


def keep(db: Database, round_id: int, texts: Mapping[tuple[str, str], Text]) -> None:
    """Keep texts that have been checked before; those of no round (0) for the next that opens."""
    for (kind, language), text in texts.items():
        _keep(db, round_id, kind, language, text)


def _latest(db: Database) -> int:
    """The round that a text is kept with while none is open; 0 before the first."""
    return int(scalar(db, "SELECT id FROM round ORDER BY year DESC LIMIT 1") or 0)


def _keep(db: Database, round_id: int, kind: str, language: str, text: Text) -> None:
    round_id = round_id or _latest(db)
    if not round_id:
        keep_setting(db, _name(kind, language), json.dumps(vars(text)))
        return
    own = {"round_id": round_id, "kind": kind, "language": language, "changed_at": clock.now()}
    db.table("mail_text").insert(own | vars(text), replace=True)


def check(text: Text, kind: str = "invitation") -> None:
    """Raise BadMailText unless a mail of a kind can be made of the text for everyone."""
    faults = [*_subject_faults(text.subject), *_body_faults(text.body, EDITABLE[kind].needs)]
    for part, words in (("subject", text.subject), ("body", text.body)):
        faults += _unknown(part, words, placeholders(kind))
        if has_personal_number(words):
            sv = "Det här ser ut som ett personnummer och sparas inte."
            en = "This looks like a personal identity number and is not kept."
            faults.append(BadWords(part, sv, en))
    if faults:
        raise BadMailText(faults)


def _subject_faults(subject: str) -> Iterator[BadWords]:
    if not subject.strip():
        yield BadWords("subject", "Skriv ett ämne.", "Write a subject.")
    if len(subject) > LONGEST_SUBJECT or "\n" in subject or "\r" in subject:
        sv = f"Korta ämnet till en rad med högst {LONGEST_SUBJECT} tecken."
        en = f"Shorten the subject to one line of at most {LONGEST_SUBJECT} characters."
        yield BadWords("subject", sv, en)
    if f"{{{LINK}}}" in subject:
        sv = "Ta bort {länk} ur ämnet. Ämnen syns i listor, och länken är personlig."
        en = "Take {länk} out of the subject. Subjects show in lists, and the link is personal."
        yield BadWords("subject", sv, en)


def placeholders(kind: str) -> tuple[str, ...]:
    """What can be filled in in the text of a kind; the link only where it brings one."""
    row = EDITABLE[kind]
    common = PLACEHOLDERS if LINK in row.needs else tuple(p for p in PLACEHOLDERS if p != LINK)
    return (*common, *row.own)


def _body_faults(body: str, needs: Sequence[str]) -> Iterator[BadWords]:
    for name in (each for each in needs if f"{{{each}}}" not in body):
        sv = f"Skriv {{{name}}} där det ska stå. Utan det säger mejlet inte vad det ska."
        en = f"Write {{{name}}} where it is to stand. Without it the mail says too little."
        if name == LINK:
            sv = "Skriv {länk} där den personliga länken ska stå. Utan den kan ingen svara."
            en = "Write {länk} where the personal link is to stand. Without it nobody can answer."
        yield BadWords("body", sv, en)
    if len(body) > LONGEST_BODY:
        sv = f"Korta texten till högst {LONGEST_BODY} tecken."
        yield BadWords("body", sv, f"Shorten the text to at most {LONGEST_BODY} characters.")


def _unknown(part: str, words: str, can: Sequence[str]) -> Iterator[BadWords]:
    known = ", ".join(f"{{{name}}}" for name in can)
    for name in dict.fromkeys(PLACEHOLDER.findall(words)):
        if name not in can:
            sv = f"{{{name}}} går inte att fylla i. Det här går: {known}."
            yield BadWords(part, sv, f"{{{name}}} cannot be filled in. These can: {known}.")
