"""Every kind of mail, one row each: what it is called, its subject, and whom it goes to.

A row and its text, forms/templates/mail/<key>.txt, are all that a mail about an enterprise's
invitation needs. What another knows besides (an answer, a code) is looked up in
forms/mail/facts.py. Subjects and editable texts have {placeholders}, in Swedish in both
languages, because the coordinator types them.
"""

from dataclasses import dataclass
from typing import Literal

To = Literal["enterprise", "colleague", "browser", "staff", "board"]
Audience = Literal["", "not_invited", "everyone", "unanswered"]


@dataclass(frozen=True)
class MailKind:
    """One kind of mail.

    `to` is whose address it goes to. `audience` is which enterprises of a round it is sent to at
    once, "" where it concerns one at a time. Its text is changed by the coordinator where it is
    `editable`. An `urgent` one is waited for, and leaves before the others. `brings_link`: with
    it the enterprise can answer. `after_closing`: it is of use in a closed round too.
    `worded_for` names the kind that is sent with this text, where that has several. `own` are the
    placeholders that no other kind has, and `needs` those a changed text must keep.
    """

    key: str
    name_sv: str
    name_en: str
    subject_sv: str
    subject_en: str
    to: To = "enterprise"
    audience: Audience = ""
    editable: bool = False
    urgent: bool = False
    brings_link: bool = False
    after_closing: bool = False
    worded_for: str = ""
    own: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("länk",)

    def name(self, language: str) -> str:
        """What it is called."""
        return self.name_en if language == "en" else self.name_sv

    def subject(self, language: str) -> str:
        """Its subject, with placeholders."""
        return self.subject_en if language == "en" else self.subject_sv


# Kept as a table that can be read through, not one argument a line.
# fmt: off
ROWS = (
    MailKind("pre_notice", "Förvarning", "Advance notice",
             "Snart kommer inventeringen {år}: {namn}",
             "The inventory of {år} is coming soon: {namn}",
             audience="not_invited", editable=True, needs=()),
    MailKind("invitation", "Inbjudan", "Invitation",
             "Inventeringen {år}: hur många arbetar hos {namn}?",
             "The {år} inventory: how many people work at {namn}?",
             audience="everyone", editable=True, brings_link=True),
    MailKind("reminder", "Påminnelse", "Reminder",
             "Påminnelse: inventeringen {år}, {namn}", "Reminder: the {år} inventory, {namn}",
             audience="unanswered", brings_link=True),
    MailKind("reminder_not_started", "Påminnelse till dem som inte har börjat",
             "Reminder to those who have not begun",
             "Påminnelse: inventeringen {år}, {namn}", "Reminder: the {år} inventory, {namn}",
             editable=True, worded_for="reminder"),
    MailKind("reminder_half_done", "Påminnelse till dem som är halvvägs",
             "Reminder to those who are half way",
             "Påminnelse: inventeringen {år}, {namn}", "Reminder: the {år} inventory, {namn}",
             editable=True, worded_for="reminder"),
    MailKind("reminder_returned", "Påminnelse till dem som har fått tillbaka sitt svar",
             "Reminder to those whose answer was returned",
             "En fråga om svaret från {namn}, inventeringen {år}",
             "A question about the answer from {namn}, inventory of {år}",
             editable=True, worded_for="reminder"),
    MailKind("last_call", "Sista påminnelsen", "Last call",
             "Sista chansen att svara: inventeringen {år}, {namn}",
             "Last chance to answer: the inventory of {år}, {namn}",
             audience="unanswered", editable=True, brings_link=True),
    MailKind("new_due_date", "Ny sista svarsdag", "New last day for answers",
             "Ny sista svarsdag för {namn}: inventeringen {år}",
             "New last day for {namn}: the {år} inventory",
             audience="unanswered", editable=True, brings_link=True),
    MailKind("new_link", "Ny länk", "New link",
             "Ny länk till inventeringen {år}: {namn}", "New link to the {år} inventory: {namn}",
             urgent=True, brings_link=True),
    MailKind("delegation", "Länk till en kollega", "Link to a colleague",
             "{namn} ber dig svara på en del av inventeringen",
             "{namn} asks you to answer part of the inventory", to="colleague"),
    MailKind("device_code", "Kod till en ny webbläsare", "Code for a new browser",
             "Er kod till inventeringen: {namn}", "Your code for the inventory: {namn}",
             to="browser", urgent=True),
    MailKind("receipt", "Kvitto", "Receipt",
             "Kvitto till {namn}: {referens}", "Receipt for {namn}: {referens}",
             editable=True, urgent=True, after_closing=True,
             own=("referens", "inlämnat", "svar"), needs=("referens", "svar")),
    MailKind("returned", "Fråga om svaret", "Question about the answer",
             "En fråga om svaret från {namn}, inventeringen {år}",
             "A question about the answer from {namn}, inventory of {år}",
             editable=True, brings_link=True, own=("fråga", "gäller"), needs=("länk", "fråga")),
    MailKind("text_trial", "Prov av en text", "Trial of a text", "Prov", "Trial", to="staff"),
    MailKind("sign_in", "Inloggning", "Sign-in",
             "Logga in i ASF-inventeringen", "Sign in to the ASF inventory",
             to="staff", urgent=True),
    MailKind("staff_invited", "Inbjudan till personal", "Invitation to staff",
             "Du kan logga in i ASF-inventeringen", "You can sign in to the ASF inventory",
             to="staff"),
    MailKind("factor_reset", "Ny andra faktor", "New second factor",
             "Din andra faktor är borttagen", "Your second factor has been removed",
             to="staff", urgent=True),
    MailKind("board_release", "Årsmejl till styrelsen", "Yearly mail to the board",
             "Rapporten är klar. {rubrik}", "The report is ready. {rubrik}", to="board"),
)
# fmt: on
# Every text there is, the kinds that are sent, and the texts that the coordinator can change.
TEXTS = {row.key: row for row in ROWS}
MAIL_KINDS = {row.key: row for row in ROWS if not row.worded_for}
EDITABLE = {row.key: row for row in ROWS if row.editable}


def sql(kinds: list[MailKind]) -> str:
    """The kinds as what stands behind IN in a query."""
    return "({})".format(", ".join(f"'{kind.key}'" for kind in kinds))


_TO_ENTERPRISES = [kind for kind in MAIL_KINDS.values() if kind.to == "enterprise"]
URGENT = sql([kind for kind in MAIL_KINDS.values() if kind.urgent])
TO_ENTERPRISES = sql(_TO_ENTERPRISES)
ABOUT_ANSWERING = sql([kind for kind in _TO_ENTERPRISES if not kind.after_closing])
BRING_LINK = sql([kind for kind in MAIL_KINDS.values() if kind.brings_link])
AFTER_CLOSING = sql([kind for kind in MAIL_KINDS.values() if kind.after_closing])
