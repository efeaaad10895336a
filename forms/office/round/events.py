"""What has happened, each line with who and which: on the overview, and the whole log."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from forms.office import as_file, blueprint
from forms.office.association.labels import event_words as series_words
from forms.office.data_table import Listing, Table, moment, search, text
from forms.office.mail.mails import kind_words
from forms.office.publishing.comments import chart_names
from forms.office.register.labels import RegisterWords
from forms.office.round.calendar import act_words
from forms.translations import language, once_per_language
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
    if said := ENTERPRISE_SENTENCES.get(event.action):
        # The sentences are ours; the name is escaped above.
        return Markup(str(said)) % {"name": name}  # noqa: S704
    return Markup("%s: %s") % (action, name)


def _name(event: Event) -> str:
    # A request for approval can be withdrawn, and so can a release.
    if (event.action, event.subject.partition(" ")[0]) == ("release withdrawn", "release"):
        return _("En utgåva drogs in")
    return str(event_names().get(event.action, event.action))


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


@once_per_language
def event_names() -> dict[str, object]:
    """Each action in words, with the kinds of mails and the association's own series."""
    queued = {
        f"{key} queued": _("%(mail)s lades i utkorgen", mail=name)
        for key, name in kind_words().items()
    }
    return {**EVENT_NAMES, **queued, **series_words()}


# Each action of the audit trail in words.
EVENT_NAMES: dict[str, object] = {
    "round opened": _l("Omgången öppnades"),
    "handed in": _l("Ett svar lämnades in"),
    "round closed": _l("Omgången stängdes"),
    "round reopened": _l("Insamlingen öppnades igen"),
    "due date moved": _l("Sista svarsdag flyttades"),
    "opening undone": _l("Öppningen av en omgång ångrades"),
    "link copied": _l("En länk till ett företag togs fram"),
    "links ended": _l("Länkarna till ett företags formulär slutade gälla"),
    "enterprise asked": _l("Ett företag togs med i den öppna omgången"),
    "enterprise added": _l("Ett företag lades till"),
    "enterprise changed": _l("Ett företag ändrades"),
    "published": _l("En utgåva publicerades"),
    "the clock leapt": _l("Serverns klocka ställdes om"),
    "microdata downloaded": _l("Någon hämtade företagens svar"),
    "estimate decided": _l("En skattning valdes eller valdes bort"),
    "approval asked for": _l("Någon bad om godkännande av en utgåva"),
    "release approved": _l("En utgåva godkändes"),
    "release declined": _l("En utgåva godkändes inte"),
    "release withdrawn": _l("En begäran om godkännande drogs tillbaka"),
    "totals stated": _l("Totaler för ett tidigare år lades in"),
    "totals changed": _l("Totaler för ett tidigare år ändrades"),
    "totals removed": _l("Totaler för ett tidigare år togs bort"),
    "earlier round imported": _l("Svar från en tidigare omgång lästes in"),
    "earlier round undone": _l("En inläsning av en tidigare omgång ångrades"),
    "enterprise removed": _l("Ett företag togs bort ur registret"),
    "settings changed": _l("Inställningarna ändrades"),
    "retention periods changed": _l("Tiderna för gallring ändrades"),
    "contacts deleted": _l("Kontakter gallrades"),
    "mail addresses deleted": _l("Adresser i utkorgen gallrades"),
    "respondents deleted": _l("Namn på dem som svarade gallrades"),
    "expired removed": _l("Inloggningar, länkar och filer som gått ut togs bort"),
    "logo changed": _l("Logotypen byttes"),
    "logo removed": _l("Logotypen togs bort"),
    "staff added": _l("En medarbetare lades till"),
    "staff removed": _l("En medarbetare togs bort"),
    "signed in": _l("En medarbetare loggade in"),
    "answer accepted": _l("Ett svar godkändes"),
    "answer corrected": _l("Ett svar rättades"),
    "answer returned": _l("Ett svar skickades tillbaka"),
    "mail sent again": _l("Ett mejl skickades igen"),
    "sending stopped": _l("Mejlservern släppte inte in oss, och utskicket stannade"),
    "sending started again": _l("Utskicket startades igen"),
    "mail bounced": _l("Ett mejl kom i retur"),
    "address tried again": _l("En adress prövas igen"),
    "call noted": _l("Ett samtal noterades"),
    "phone mode begun": _l("Ett formulär fylls i på telefon"),
    "answers handed in by phone": _l("Ett svar lämnades in på telefon"),
    "enterprise closed": _l("Ett företag avslutades"),
    "enterprise reopened": _l("Ett företag öppnades igen"),
    "enterprises merged": _l("Två företag slogs ihop"),
    "register imported": _l("Register lästes in från en fil"),
    "contact added": _l("En kontakt lades till"),
    "contact changed": _l("En kontakt ändrades"),
    "contact removed": _l("En kontakt togs bort"),
    "main contact chosen": _l("En annan huvudkontakt valdes"),
    "proposal declined": _l("Ett förslag avböjdes"),
    "revision proposed": _l("Ett företag föreslog en rättelse av förra året"),
    "revision accepted": _l("En rättelse av förra året godtogs"),
    "revision declined": _l("En rättelse av förra året avböjdes"),
    "colleague invited": _l("En kollega bjöds in att svara"),
    "colleague revoked": _l("En kollegas länk drogs tillbaka"),
    "device code asked for": _l("En kod för en ny enhet skickades"),
    "device confirmed": _l("En ny enhet bekräftades"),
    "device code refused": _l("En felaktig kod skrevs"),
    "proven": _l("Utgåvans skydd kontrollerades"),
    "cost of hiding changed": _l("Ett önskemål om vad som visas ändrades"),
    "comment_written": _l("En kommentar till ett diagram skrevs"),
    "comment_taken_away": _l("En kommentar till ett diagram togs bort"),
    "chapter_written": _l("Ett kapitel i rapporten skrevs"),
    "chapter_taken_away": _l("Ett kapitel i rapporten togs bort"),
    "board mail queued": _l("Årsmejl till styrelsen lades i utkorgen"),
    "board mail wanted": _l("Någon i styrelsen vill ha årsmejlet"),
    "board mail declined": _l("Någon i styrelsen avstod från årsmejlet"),
    "backup made": _l("En säkerhetskopia togs"),
    "backups to keep changed": _l("Antalet sparade säkerhetskopior ändrades"),
    "sending paused": _l("Data återställdes från en kopia och utskicken pausades"),
    "sending resumed": _l("Utskicken sattes i gång igen"),
    "erasures repeated": _l("Gallringar som kopian saknade gjordes om"),
    "sessions ended": _l("Någons inloggningar avslutades"),
    "second factor enrolled": _l("En app kopplades som andra faktor"),
    "second factor refused": _l("En felaktig kod från en app skrevs"),
    "second factor reset": _l("En medarbetares andra faktor togs bort"),
    "provider account bound": _l("En medarbetare loggade in med sitt konto för första gången"),
    "provider account released": _l("En medarbetares konto släpptes"),
    "recovery codes made": _l("Återställningskoder skapades"),
    "recovery code used": _l("En återställningskod användes"),
    "set-up begun": _l("Systemet började ställas in"),
    "act carried out": _l("En punkt i kalendern utfördes"),
    "act paused": _l("En punkt i kalendern pausades"),
    "act resumed": _l("En punkt i kalendern startades igen"),
    "act moved": _l("En punkt i kalendern flyttades"),
    "act skipped": _l("En punkt i kalendern hoppades över"),
    "mail text changed": _l("En mejltext ändrades"),
    "mail text reset": _l("En mejltext återställdes"),
    "question added": _l("En fråga lades till"),
    "question changed": _l("En fråga ändrades"),
    "question removed": _l("En fråga togs bort"),
    "question withdrawn": _l("En fråga drogs in"),
    "question asked again": _l("En indragen fråga ställs igen"),
    "question moved": _l("En fråga flyttades"),
    "modules chosen": _l("Frivilliga delar valdes"),
    "questions reused": _l("Tidigare frågor ställs igen"),
    "trial begun": _l("En provomgång skickades"),
    "trial removed": _l("Provomgången togs bort"),
}
# What is said of an enterprise where it can be named, with its name in it.
ENTERPRISE_SENTENCES = {
    "handed in": _l("%(name)s lämnade in"),
    "answer accepted": _l("Ni godkände svaret från %(name)s"),
    "answer corrected": _l("Ni rättade svaret från %(name)s"),
    "answer returned": _l("%(name)s fick tillbaka svaret med en fråga"),
    "call noted": _l("Ni noterade ett samtal med %(name)s"),
    "phone mode begun": _l("Ni började fylla i för %(name)s i telefon"),
    "answers handed in by phone": _l("Ni lämnade in för %(name)s i telefon"),
    "enterprise asked": _l("%(name)s togs med i inventeringen"),
    "invitation queued": _l("%(name)s fick en inbjudan"),
    "reminder queued": _l("%(name)s fick en påminnelse"),
    "new_due_date queued": _l("%(name)s fick veta ny sista svarsdag"),
    "round reopened": _l("Ni öppnade igen för %(name)s"),
    "link copied": _l("Ni tog fram en länk till %(name)s"),
    "links ended": _l("Ni lät länkarna till %(name)s sluta gälla"),
    "mail bounced": _l("Ett mejl till %(name)s kom i retur"),
    "mail sent again": _l("Ett mejl skickades igen till %(name)s"),
    "enterprise added": _l("%(name)s lades till i registret"),
    "enterprise changed": _l("Uppgifterna om %(name)s ändrades"),
    "enterprise closed": _l("%(name)s avslutades"),
    "enterprise reopened": _l("%(name)s öppnades igen"),
    "colleague invited": _l("%(name)s bjöd in en kollega att svara"),
    "revision proposed": _l("%(name)s föreslog en rättelse av förra året"),
}
