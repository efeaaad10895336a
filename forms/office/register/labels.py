"""What the register's facts, reasons and events are called in front of people."""

from typing import Any

from flask_babel import gettext as _
from sqlite_utils import Database

from forms.questionnaire.core import STATUSES
from forms.questionnaire.optional import LEGAL_FORMS
from forms.translations import language, once_per_language
from survey_data.database import rows
from survey_data.geography import MUNICIPALITIES


def reason_words() -> dict[str, str]:
    """Why an enterprise is no longer asked."""
    return {
        "ceased": _("Har upphört"),
        "moved": _("Har flyttat ut ur länet"),
        "not_asf": _("Är inte längre ett ASF"),
        "dormant": _("Är vilande"),
    }


def legal_form_words() -> dict[str, str]:
    """The legal forms by code."""
    return {choice.code: choice.label(language()) for choice in LEGAL_FORMS}


def towns() -> dict[str, str]:
    """The municipalities by code."""
    return {town.code: town.name for town in MUNICIPALITIES}


def fact_words() -> dict[str, str]:
    """What each fact of the register is called."""
    return {
        "name": _("Namn"),
        "enterprise_name": _("Namn"),
        "org_number": _("Organisationsnummer"),
        "unit_name": _("Enhetens namn"),
        "municipality_code": _("Kommun"),
        "legal_form": _("Juridisk form"),
        "active_from": _("Verksamt från"),
        "active_to": _("Verksamt till"),
        "closed_reason": _("Skäl"),
        "status": _("Läge"),
        "is_example": _("Exempel"),
        "contact_email": _("Kontaktens e-post"),
        "contact_name": _("Kontaktens namn"),
        "contact_role": _("Kontaktens roll"),
        "contact_phone": _("Kontaktens telefon"),
        "email": _("e-post"),
        "role": _("roll"),
        "phone": _("telefon"),
    }


def event_words() -> dict[str, str]:
    """What happened to an enterprise."""
    return {
        "enterprise added": _("Lades till i registret"),
        "enterprise changed": _("Ändrades"),
        "enterprise closed": _("Avslutades"),
        "enterprise reopened": _("Öppnades igen"),
        "enterprises merged": _("Ett annat företag slogs ihop med det här"),
        "contact added": _("En kontakt lades till"),
        "contact changed": _("En kontakt ändrades"),
        "contact removed": _("En kontakt togs bort"),
        "main contact chosen": _("En annan huvudkontakt valdes"),
        "contacts deleted": _("Kontakterna gallrades"),
        "mail bounced": _("Ett mejl kom i retur"),
        "address tried again": _("En adress prövas igen"),
        "proposal declined": _("Ett förslag avböjdes"),
    }


class RegisterWords:
    """Turns stored values and actors into words; what it needs is looked up once."""

    def __init__(self, db: Database) -> None:
        self.facts, self.reasons, self.events = fact_words(), reason_words(), event_words()
        self.choices = {
            "municipality_code": towns(),
            "legal_form": legal_form_words(),
            "closed_reason": self.reasons,
            "is_example": {"True": _("Ja"), "1": _("Ja"), "False": _("Nej"), "0": _("Nej")},
            "status": self.reasons | {c.code: c.label(language()) for c in STATUSES},
        }  # fmt: skip
        # Also those who have been removed: what they did stays theirs.
        self.people = {f"staff {r['id']}": r["email"] for r in rows(db, "SELECT * FROM staff")}

    def value(self, fact: str, value: Any) -> str:
        """A value of a fact, a dash where there is none."""
        text = "" if value is None else str(value)
        return str(self.choices.get(fact, {}).get(text, text) or "–")

    def known(self, fact: str, value: str) -> str:
        """What the register says now of a fact that an answer proposes another value of."""
        if fact == "status" and not value:
            return self.value("status", "active")
        return self.value(fact, value)

    def actor(self, actor: str) -> str:
        """Who did it."""
        kind = actor.rstrip("0123456789").rstrip()
        return str(self.people.get(actor) or actor_words().get(kind, actor))

    def reason(self, text: str) -> str:
        """Why it was done; our own marks in words, sentences as they were written."""
        if text.startswith("proposal "):
            return _("Föreslaget i svaret %(year)s.", year=text.removeprefix("proposal "))
        marks = {"CSV": _("Importerat från fil."), "import": _("Importerat från fil."),
                 "exempel": _("Exempel.")}  # fmt: skip
        return str(marks.get(text, text))


@once_per_language
def actor_words() -> dict[str, str]:
    """Who else can have done something, without the number behind."""
    return {
        "command line": _("den som sköter servern"),
        "demonstration": _("demonstrationen"),
        "scheduler": _("systemet"),
        "calendar": _("kalendern"),
        "enterprise": _("företaget"),
        "identity provider": _("kommunens inloggning"),
        "mail": _("systemet"),
        "protection": _("systemet"),
        # One enterprise's own link, or a colleague's.
        "invitation": _("företaget"),
        "colleague": _("en kollega på företaget"),
    }
