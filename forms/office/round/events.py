"""What has happened, each line with who and which: on the overview, and the whole log."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from forms.office import as_file, blueprint
from forms.office.association.labels import event_words as series_words
from forms.office.data_table import Listing, Table, moment, search, text
from forms.office.mail.mails import kind_words
from forms.office.publishing.comments import chart_names
from forms.office.register.labels import RegisterWords
from forms.office.round.calendar import act_words
from forms.translations import language
from forms.web.request_context import survey_db
from survey_data import audit_trail, clock
from survey_data.association.entries import PLACES, REACHED
from survey_data.audit_trail import Event

ON_OVERVIEW = 6
# What a year, or a release's number, says which it is of.
DATED = ("round", "totals", "release", REACHED, PLACES)
# Older lines are in the database, and in its backups.
MOST_IN_LOG = 5000


def sentence(event: Event, words: RegisterWords) -> Markup:
    """What an event says: with a link to the enterprise it is about, or with what else it is of."""
    action = _name(event)
    if event.enterprise_id is None:
        return Markup(": ").join(part for part in (action, _which(event, words)) if part)
    address = url_for("office.change_enterprise", enterprise_id=event.enterprise_id)
    name = Markup('<a href="%s">%s</a>') % (address, event.name)
    if said := enterprise_sentences().get(event.action):
        # The sentences are ours; the name is escaped above.
        return Markup(said) % {"name": name}  # noqa: S704
    return Markup("%s: %s") % (action, name)


def _name(event: Event) -> str:
    # A request for approval can be withdrawn, and so can a release.
    if (event.action, event.subject.partition(" ")[0]) == ("release withdrawn", "release"):
        return _("En utgåva drogs in")
    return event_names().get(event.action, event.action)


def _which(event: Event, words: RegisterWords) -> str:
    """Which round, person, question, text or other thing an event without an enterprise is of."""
    facts, kind = event.facts, event.subject.partition(" ")[0]
    if "mails" in facts:
        return ngettext("%(num)s mejl", "%(num)s mejl", facts["mails"])
    if kind == "act":
        return act_words().get(facts.get("kind", ""), "")
    if event.action.startswith("mail text"):
        return kind_words().get(facts["kind"], "")
    names = ("label_en" if language() == "en" else "label_sv", "label_sv", "name", "held_on")
    named = next((facts[name] for name in names if facts.get(name)), "")
    return str(named) or _of_subject(event, words)


def _of_subject(event: Event, words: RegisterWords) -> str:
    kind, _space, rest = event.subject.partition(" ")
    if kind == "place":
        town = words.value("municipality_code", event.facts["municipality_code"])
        return f"{town} {event.facts['year']}"
    if kind in chart_names():
        return f"{chart_names()[kind]} {rest}"
    return rest if kind in DATED else words.people.get(event.subject, "")


def recent_facts(enterprise_id: int | None = None) -> dict[str, Any]:
    """The newest events, of all or of one enterprise, as a card shows them."""
    found = audit_trail.newest(survey_db(), ON_OVERVIEW, enterprise_id, brief=True)
    words = RegisterWords(survey_db())
    return {"events": [(clock.local(event.at), sentence(event, words)) for event in found]}


@blueprint.get("/logg")
def show_log() -> str:
    """Everything that has happened, to search in."""
    return render_template("office/round/log.html", listing=event_list())


@as_file("logg")
def event_list() -> Listing[Event]:
    """The log as the address asks for it."""
    words = RegisterWords(survey_db())
    table: Table[Event] = Table(
        "logg", "office.show_log",
        [
            text("what", _("Vad som hände"), lambda e: sentence(e, words).striptags()),
            text("name", _("Företag"), lambda e: e.name,
                 link=lambda e: url_for("office.change_enterprise",
                                        enterprise_id=e.enterprise_id)),
            moment("when", _("När"), lambda e: e.at, largest_first=True,
                   pattern="d MMM yyyy HH:mm", look="nowrap"),
            text("who", _("Av"), lambda e: words.actor(e.actor)),
            text("why", _("Varför"), lambda e: words.reason(e.reason), sorts=False,
                 look="own-line"),
        ],
        [search(lambda e: [sentence(e, words).striptags(), words.actor(e.actor), e.reason])],
        "when", "asf-logg", page_size=50,
    )  # fmt: skip
    return table.of(audit_trail.newest(survey_db(), MOST_IN_LOG))


def event_names() -> dict[str, str]:
    """Each action of the audit trail in words."""
    return {
        "round opened": _("Omgången öppnades"),
        "handed in": _("Ett svar lämnades in"),
        "round closed": _("Omgången stängdes"),
        "round reopened": _("Insamlingen öppnades igen"),
        "due date moved": _("Sista svarsdag flyttades"),
        "opening undone": _("Öppningen av en omgång ångrades"),
        "link copied": _("En länk till ett företag togs fram"),
        "links ended": _("Länkarna till ett företags formulär slutade gälla"),
        "enterprise asked": _("Ett företag togs med i den öppna omgången"),
        "enterprise added": _("Ett företag lades till"),
        "enterprise changed": _("Ett företag ändrades"),
        "published": _("En utgåva publicerades"),
        "the clock leapt": _("Serverns klocka ställdes om"),
        "microdata downloaded": _("Någon hämtade företagens svar"),
        "estimate decided": _("En skattning valdes eller valdes bort"),
        "approval asked for": _("Någon bad om godkännande av en utgåva"),
        "release approved": _("En utgåva godkändes"),
        "release declined": _("En utgåva godkändes inte"),
        "release withdrawn": _("En begäran om godkännande drogs tillbaka"),
        "totals stated": _("Totaler för ett tidigare år lades in"),
        "totals changed": _("Totaler för ett tidigare år ändrades"),
        "totals removed": _("Totaler för ett tidigare år togs bort"),
        "earlier round imported": _("Svar från en tidigare omgång lästes in"),
        "earlier round undone": _("En inläsning av en tidigare omgång ångrades"),
        "enterprise removed": _("Ett företag togs bort ur registret"),
        "settings changed": _("Inställningarna ändrades"),
        "retention periods changed": _("Tiderna för gallring ändrades"),
        "contacts deleted": _("Kontakter gallrades"),
        "mail addresses deleted": _("Adresser i utkorgen gallrades"),
        "respondents deleted": _("Namn på dem som svarade gallrades"),
        "expired removed": _("Inloggningar, länkar och filer som gått ut togs bort"),
        "logo changed": _("Logotypen byttes"),
        "logo removed": _("Logotypen togs bort"),
        "staff added": _("En medarbetare lades till"),
        "staff removed": _("En medarbetare togs bort"),
        "signed in": _("En medarbetare loggade in"),
        "answer accepted": _("Ett svar godkändes"),
        "answer corrected": _("Ett svar rättades"),
        "answer returned": _("Ett svar skickades tillbaka"),
        "mail sent again": _("Ett mejl skickades igen"),
        "sending stopped": _("Mejlservern släppte inte in oss, och utskicket stannade"),
        "sending started again": _("Utskicket startades igen"),
        "mail bounced": _("Ett mejl kom i retur"),
        "address tried again": _("En adress prövas igen"),
        "call noted": _("Ett samtal noterades"),
        "phone mode begun": _("Ett formulär fylls i på telefon"),
        "answers handed in by phone": _("Ett svar lämnades in på telefon"),
        "enterprise closed": _("Ett företag avslutades"),
        "enterprise reopened": _("Ett företag öppnades igen"),
        "enterprises merged": _("Två företag slogs ihop"),
        "register imported": _("Register lästes in från en fil"),
        "contact added": _("En kontakt lades till"),
        "contact changed": _("En kontakt ändrades"),
        "contact removed": _("En kontakt togs bort"),
        "main contact chosen": _("En annan huvudkontakt valdes"),
        "proposal declined": _("Ett förslag avböjdes"),
        "revision proposed": _("Ett företag föreslog en rättelse av förra året"),
        "revision accepted": _("En rättelse av förra året godtogs"),
        "revision declined": _("En rättelse av förra året avböjdes"),
        "colleague invited": _("En kollega bjöds in att svara"),
        "colleague revoked": _("En kollegas länk drogs tillbaka"),
        "device code asked for": _("En kod för en ny enhet skickades"),
        "device confirmed": _("En ny enhet bekräftades"),
        "device code refused": _("En felaktig kod skrevs"),
        "proven": _("Utgåvans skydd kontrollerades"),
        "cost of hiding changed": _("Ett önskemål om vad som visas ändrades"),
        "comment_written": _("En kommentar till ett diagram skrevs"),
        "comment_taken_away": _("En kommentar till ett diagram togs bort"),
        "chapter_written": _("Ett kapitel i rapporten skrevs"),
        "chapter_taken_away": _("Ett kapitel i rapporten togs bort"),
        "board mail queued": _("Årsmejl till styrelsen lades i utkorgen"),
        "board mail wanted": _("Någon i styrelsen vill ha årsmejlet"),
        "board mail declined": _("Någon i styrelsen avstod från årsmejlet"),
        "backup made": _("En säkerhetskopia togs"),
        "backups to keep changed": _("Antalet sparade säkerhetskopior ändrades"),
        "sending paused": _("Data återställdes från en kopia och utskicken pausades"),
        "sending resumed": _("Utskicken sattes i gång igen"),
        "erasures repeated": _("Gallringar som kopian saknade gjordes om"),
        "sessions ended": _("Någons inloggningar avslutades"),
        "second factor enrolled": _("En app kopplades som andra faktor"),
        "second factor refused": _("En felaktig kod från en app skrevs"),
        "second factor reset": _("En medarbetares andra faktor togs bort"),
        "provider account bound": _("En medarbetare loggade in med sitt konto för första gången"),
        "provider account released": _("En medarbetares konto släpptes"),
        "recovery codes made": _("Återställningskoder skapades"),
        "recovery code used": _("En återställningskod användes"),
        "set-up begun": _("Systemet började ställas in"),
        **{
            f"{key} queued": _("%(mail)s lades i utkorgen", mail=name)
            for key, name in kind_words().items()
        },
        "act carried out": _("En punkt i kalendern utfördes"),
        "act paused": _("En punkt i kalendern pausades"),
        "act resumed": _("En punkt i kalendern startades igen"),
        "act moved": _("En punkt i kalendern flyttades"),
        "act skipped": _("En punkt i kalendern hoppades över"),
        "mail text changed": _("En mejltext ändrades"),
        "mail text reset": _("En mejltext återställdes"),
        "question added": _("En fråga lades till"),
        "question changed": _("En fråga ändrades"),
        "question removed": _("En fråga togs bort"),
        "question withdrawn": _("En fråga drogs in"),
        "question asked again": _("En indragen fråga ställs igen"),
        "question moved": _("En fråga flyttades"),
        "modules chosen": _("Frivilliga delar valdes"),
        "questions reused": _("Tidigare frågor ställs igen"),
        "trial begun": _("En provomgång skickades"),
        "trial removed": _("Provomgången togs bort"),
        **series_words(),
    }


def enterprise_sentences() -> dict[str, str]:
    """What is said of an enterprise where it can be named, with its name in it."""
    return {
        "handed in": _("%(name)s lämnade in"),
        "answer accepted": _("Ni godkände svaret från %(name)s"),
        "answer corrected": _("Ni rättade svaret från %(name)s"),
        "answer returned": _("%(name)s fick tillbaka svaret med en fråga"),
        "call noted": _("Ni noterade ett samtal med %(name)s"),
        "phone mode begun": _("Ni började fylla i för %(name)s i telefon"),
        "answers handed in by phone": _("Ni lämnade in för %(name)s i telefon"),
        "enterprise asked": _("%(name)s togs med i inventeringen"),
        "invitation queued": _("%(name)s fick en inbjudan"),
        "reminder queued": _("%(name)s fick en påminnelse"),
        "new_due_date queued": _("%(name)s fick veta ny sista svarsdag"),
        "round reopened": _("Ni öppnade igen för %(name)s"),
        "link copied": _("Ni tog fram en länk till %(name)s"),
        "links ended": _("Ni lät länkarna till %(name)s sluta gälla"),
        "mail bounced": _("Ett mejl till %(name)s kom i retur"),
        "mail sent again": _("Ett mejl skickades igen till %(name)s"),
        "enterprise added": _("%(name)s lades till i registret"),
        "enterprise changed": _("Uppgifterna om %(name)s ändrades"),
        "enterprise closed": _("%(name)s avslutades"),
        "enterprise reopened": _("%(name)s öppnades igen"),
        "colleague invited": _("%(name)s bjöd in en kollega att svara"),
        "revision proposed": _("%(name)s föreslog en rättelse av förra året"),
    }
