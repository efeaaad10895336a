"""Each line of a list as an enterprise of the register: what it says, or why it cannot be used.

A column that the file lacks, and a cell that is empty, change nothing of what is known already.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlite_utils import Database

from forms.archive import CLEAR, NO, YES, Fault, folded, is_blank, person_words, shown
from forms.archive.answer_columns import A_YEAR, day_in_order, town_words
from forms.archive.file_table import FileTable
from forms.questionnaire.optional import LEGAL_FORMS
from survey_data import clock
from survey_data.errors import InvalidOrgNumber, PersonalIdentityNumber
from survey_data.geography import MUNICIPALITIES
from survey_data.register import enterprises, register_file
from survey_data.register.enterprises import Contact, Enterprise, main_contact
from survey_data.register.register_file import RegisterChange
from survey_data.typed_text import check_org_number, is_address, tidy_address

LONGEST = 200
ALWAYS = ("org_number", "name", "municipality_code", "active_from", "is_example")
SHORT_FORMS = {
    "ab": "limited_company", "svb": "limited_company_svb", "ab svb": "limited_company_svb",
    "ek för": "economic_association", "ekonomisk fören": "economic_association",
    "kooperativ": "economic_association", "förening": "nonprofit_association",
    "ideell": "nonprofit_association", "ideell fören": "nonprofit_association",
    "hb": "partnership", "kb": "partnership", "kommanditbolag": "partnership",
}  # fmt: skip
Facts = dict[str, str]


class Refused(ValueError):
    """A cell that cannot be used; the sentence says what to do."""

    def __init__(self, words: str, *, is_person: bool = False) -> None:
        super().__init__(words)
        self.words, self.is_person = words, is_person


@dataclass(frozen=True)
class BadRow:
    """A line that cannot be taken in: its enterprise's name, and each fault with its fact."""

    line: int
    name: str
    faults: tuple[tuple[str, Fault], ...]


@dataclass
class RegisterReading:
    """Every line of a file: what it changes, or what is wrong with it."""

    changes: list[RegisterChange] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    persons: set[tuple[int, str]] = field(default_factory=set)
    assumed: list[int] = field(default_factory=list)

    @property
    def without_address(self) -> list[RegisterChange]:
        """Those that nobody can write to until they have an address."""
        return [each for each in self.changes if not (each.contact and each.contact.email)]


class RegisterReader:
    """Reads the lines of a file against the register as it is now."""

    def __init__(self, db: Database, table: FileTable, columns: Sequence[str]) -> None:
        self.db, self.table, self.columns = db, table, columns
        self.known = {(e.org_number, folded(e.unit_name)): e for e in enterprises.enterprises(db)}
        self.towns = towns()
        self.reading = RegisterReading()
        self.taken: dict[tuple[str, str], int] = {}
        self.readers: Mapping[str, Callable[[str], str]] = {
            "org_number": _org_number, "municipality_code": self._town, "legal_form": _legal_form,
            "active_from": first_day, "active_to": last_day, "contact_email": _address,
            "is_example": _yes_no,
        }  # fmt: skip

    def read(self) -> RegisterReading:
        """Every line."""
        for number, cells in self.table.lines:
            texts = {fact: cells[at] if at < len(cells) else ""
                     for at, fact in enumerate(self.columns) if fact}  # fmt: skip
            faults = [("", fault) for fault in self.table.faults_in(number, self.columns)]
            facts = self._facts(number, texts, faults)
            if not faults:
                self._take(number, facts, faults)
            if faults:
                name = shown(texts.get("name", "")) or _("Utan namn")
                self.reading.bad.append(BadRow(number, name, tuple(faults)))
        return self.reading

    def column(self, fact: str) -> str:
        """What the file calls a fact."""
        return self.table.header[self.columns.index(fact)] if fact in self.columns else ""

    def _facts(
        self, number: int, texts: Mapping[str, str], faults: list[tuple[str, Fault]]
    ) -> Facts:
        """What the cells say; an empty one says nothing."""
        facts: Facts = {}
        for fact, text in texts.items():
            try:
                if not is_blank(text):
                    facts[fact] = self._read(fact, text)
            except Refused as refused:
                # An organisation number may be a person's, so it is never said again.
                value = "" if fact == "org_number" or refused.is_person else shown(text)
                fault = Fault(number, self.column(fact), refused.words, value)
                faults.append((fact, fault))
                if refused.is_person:
                    self.reading.persons.add((number, fact))
        return facts

    def _read(self, fact: str, text: str) -> str:
        if text.strip().casefold() in CLEAR:
            if fact in ALWAYS:
                raise Refused(_("Det här går inte att ta bort. Skriv värdet, eller lämna tomt."))
            return ""
        if "\n" in text:
            raise Refused(_("Cellen har en radbrytning i sig. Skriv ett värde på en rad."))
        if len(text) > LONGEST:
            raise Refused(_("Skriv högst %(n)s tecken.", n=LONGEST))
        reader = self.readers.get(fact)
        return reader(text) if reader else " ".join(text.split())

    def _town(self, text: str) -> str:
        code = self.towns.get(town_words(text))
        if code:
            return code
        if town_words(text).removesuffix(" län") in ("gävleborg", "gävleborgs", "21"):
            raise Refused(_("Det är ett län. Vilken kommun?"))
        raise Refused(_("Ingen kommun i länet heter så. Skriv kommunens namn eller kod."))

    def _take(self, number: int, facts: Facts, faults: list[tuple[str, Fault]]) -> None:
        known = self._known(facts)
        for fact, words in self._missing(facts, known):
            faults.append((fact, Fault(number, self.column(fact), words)))
        if faults:
            return
        wanted = self._wanted(facts, known)
        trouble = self._trouble(number, wanted)
        if trouble:
            faults.append((trouble[0], Fault(number, self.column(trouble[0]), trouble[1])))
            return
        if not known and "active_from" not in facts:
            self.reading.assumed.append(number)
        contact = self._contact(facts, known)
        change = register_file.change(self.db, number, wanted, contact)
        self.reading.changes.append(change)

    def _known(self, facts: Facts) -> Enterprise | None:
        """The enterprise of the register, by number and unit; a lone one needs no unit."""
        key = facts.get("org_number", ""), folded(facts.get("unit_name", ""))
        alike = [e for (org_number, _unit), e in self.known.items() if org_number == key[0]]
        lone = alike[0] if len(alike) == 1 and "unit_name" not in self.columns else None
        return self.known.get(key) or lone

    def _missing(self, facts: Facts, known: Enterprise | None) -> list[tuple[str, str]]:
        words = {
            "org_number": _("Organisationsnumret saknas."),
            "name": _("Företagets namn saknas."),
            "municipality_code": _("Kommunen saknas."),
        }
        needed = ("org_number",) if known else tuple(words)
        return [(fact, str(words[fact])) for fact in needed if not facts.get(fact)]

    def _wanted(self, facts: Facts, known: Enterprise | None) -> Enterprise:
        # A list that says nothing of when has those who are there this year.
        start = clock.today().replace(month=1, day=1).isoformat()
        base = known or Enterprise(facts["org_number"], "", "", start)
        given = {n: v for n, v in facts.items() if n in Enterprise.__dataclass_fields__}
        changed: dict[str, object] = {**given}
        if "active_to" in given:
            changed["active_to"] = given["active_to"] or None
        if "is_example" in given or base.is_example:
            changed["is_example"] = base.is_example or given.get("is_example") == "1"
        return replace(base, **changed)  # type: ignore[arg-type]

    def _trouble(self, number: int, wanted: Enterprise) -> tuple[str, str] | None:
        """What is wrong with a line as a whole, beside the fact that it is about."""
        if wanted.active_to and wanted.active_to < wanted.active_from:
            return "active_to", _("Sista dagen kan inte ligga före första dagen.")
        first = self.taken.setdefault((wanted.org_number, folded(wanted.unit_name)), number)
        if first != number:
            return "org_number", _("Samma organisationsnummer som på rad %(n)s.", n=first)
        return None

    def _contact(self, facts: Facts, known: Enterprise | None) -> Contact | None:
        old = main_contact(self.db, known.id) if known else None
        given = {n.removeprefix("contact_"): v for n, v in facts.items() if n.startswith("contact")}
        return replace(old or Contact(""), **given) if given else old  # type: ignore[arg-type]


def towns() -> dict[str, str]:
    """Each municipality's code by every name that people write, and by itself."""
    found = {}
    for town in MUNICIPALITIES:
        # "Ovanåkers kommun" is the municipality of Ovanåker.
        names = (town.code, town.name, f"{town.name}s", town.official_name)
        found.update({town_words(name): town.code for name in names})
    return found


def _org_number(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    try:
        return check_org_number(text)
    except PersonalIdentityNumber:
        raise Refused(person_words(), is_person=True) from None
    except InvalidOrgNumber:
        pass
    if re.search(r"\dE\+?\d", text, re.IGNORECASE):
        raise Refused(_("Ett kalkylprogram har gjort om numret. Gör om kolumnen till text och"
                        " skriv numret igen."))  # fmt: skip
    if len(digits) not in (10, 12):
        raise Refused(_("Organisationsnumret har %(n)s siffror. Det ska ha tio.", n=len(digits)))
    raise Refused(_("Kontrollera organisationsnumret: tio siffror med rätt kontrollsiffra."))


def _legal_form(text: str) -> str:
    said = re.sub(r"[^\w\s]", "", folded(text))
    for choice in LEGAL_FORMS:
        names = (choice.code, choice.label_sv, choice.label_en)
        if said in {re.sub(r"[^\w\s]", "", folded(name)) for name in names}:
            return choice.code
    if said in SHORT_FORMS:
        return SHORT_FORMS[said]
    raise Refused(_("Skriv en av formerna: %(names)s.",
                    names=", ".join(choice.label_sv for choice in LEGAL_FORMS)))  # fmt: skip


def first_day(text: str) -> str:
    """The day that a date, a month or a year begins; raises Refused."""
    return _day(text, "-01-01", "-01")


def last_day(text: str) -> str:
    """The day that a date is, or that a year ends; raises Refused."""
    return _day(text, "-12-31", None)


def _day(text: str, of_year: str, of_month: str | None) -> str:
    # As a spreadsheet and pandas write a day and a year out.
    written = re.sub(r"[ T]00:00(?::00)?$|(?<=^\d{4})[.,]0$", "", text.strip())
    if re.fullmatch(r"[2-6]\d{4}", written):
        # A day as a spreadsheet counts it.
        return (date(1899, 12, 30) + timedelta(int(written))).isoformat()
    written = day_in_order(written)
    if re.fullmatch(A_YEAR, written):
        written += of_year
    elif of_month and re.fullmatch(rf"{A_YEAR}-\d\d", written):
        written += of_month
    try:
        # A week is no day.
        return date.fromisoformat(written.replace("W", "w")).isoformat()
    except ValueError:
        raise Refused(_("Skriv datumet som ÅÅÅÅ-MM-DD, eller bara året.")) from None


def _address(text: str) -> str:
    address = tidy_address(text)
    if not is_address(address):
        raise Refused(_("Skriv en hel e-postadress, bara en i varje cell."))
    return address


def _yes_no(text: str) -> str:
    said = text.strip().casefold()
    if said not in YES | NO:
        raise Refused(_("Skriv ja eller nej."))
    return "1" if said in YES else "0"
