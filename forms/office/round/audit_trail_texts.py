"""What happened, as the overview says it: a sentence for each kind of line in the trail."""

from __future__ import annotations

from flask_babel import gettext as _

from forms.office.association.labels import event_words as series_words
from forms.office.mail.mails import kind_words
from forms.office.round.calendar import event_words as calendar_words
from forms.office.round.extra_questions import question_events


def event_names() -> dict[str, str]:
    """Each action of the audit trail in words."""
    return {
        "round opened": _("Omgången öppnades"),
        "round closed": _("Omgången stängdes"),
        "enterprise added": _("Ett företag lades till"),
        "enterprise changed": _("Ett företag ändrades"),
        "published": _("En utgåva publicerades"),
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
        "expired removed": _("Det som gått ut togs bort"),
        "logo changed": _("Logotypen byttes"),
        "logo removed": _("Logotypen togs bort"),
        "staff added": _("En medarbetare lades till"),
        "staff removed": _("En medarbetare togs bort"),
        "signed in": _("En medarbetare loggade in"),
        "answer accepted": _("Ett svar godkändes"),
        "answer corrected": _("Ett svar rättades"),
        "answer returned": _("Ett svar skickades tillbaka"),
        "mail sent again": _("Ett mejl skickades igen"),
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
        "proven": _("Utgåvans skydd bevisades"),
        "cost of hiding changed": _("Ett önskemål om vad som visas ändrades"),
        "comment_written": _("En kommentar till ett diagram skrevs"),
        "comment_taken_away": _("En kommentar till ett diagram togs bort"),
        "board mail queued": _("Årsmejl till styrelsen lades i utkorgen"),
        "board mail wanted": _("Någon i styrelsen vill ha årsmejlet"),
        "board mail declined": _("Någon i styrelsen avstod från årsmejlet"),
        "backup made": _("En säkerhetskopia togs"),
        "sessions ended": _("En medarbetares inloggningar avslutades"),
        "set-up begun": _("Första inställningen började"),
        **{
            f"{key} queued": _("%(mail)s: lades i utkorgen", mail=name)
            for key, name in kind_words().items()
        },
        **calendar_words(),
        **question_events(),
        **series_words(),
    }
