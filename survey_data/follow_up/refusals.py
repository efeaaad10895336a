"""What a mail server's refusal means: whose fault it is, from its status and its words.

An address is dead only on clear evidence about the mailbox itself. Everything about the sender
(SPF, spam, relaying, a policy) is a refusal of us, and so is a refusal that gives no reason.

    550 5.1.1 User unknown                                   the mailbox
    550 5.4.1 Recipient address rejected: Access denied      the mailbox, as one large host says it
    550 5.1.8 Access denied, bad outbound sender             us
    550 Message rejected: SPF check failed                   us
    552 5.2.2 Mailbox full                                   this mail, another day
    550                                                      us, as far as anybody can tell

Sources: RFC 3463 and the IANA registry of enhanced status codes; what the large hosts document.
"""

import re
from typing import Literal

# Whose fault a refusal for good is: the mailbox does not exist, we are not let in, or this mail
# did not fit (full, too large), though the address may be right.
Fault = Literal["mailbox", "us", "mail"]
CODE = re.compile(r"\b[45]\d\d[ -]")
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
PERMANENT = re.compile(r"\b5\d\d[ -]|(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")
MAILBOX_GONE = re.compile(r"5\.(1\.(1|2|3|6|10)|2\.1|4\.4)$")
WE_ARE_REFUSED = re.compile(r"5\.(1\.[78]|7\.\d+)$")
MAIL_DOES_NOT_FIT = re.compile(r"5\.(2\.[2-9]|3\.\d+|6\.\d+)$")
# Evidence enough, where the words say the same.
CLEAR = re.compile(r"5\.(1\.(1|10)|2\.1)$")
# The names of hosts, addresses and pages say nothing of whose fault it is, nor does a table's.
NAMES = re.compile(
    r"<[^<>]*>|\S+@\S+|https?://\S+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b|relay recipient table", re.I
)
OF_THE_SENDER = re.compile(r"sender|avsändare|absender", re.I)
FULL = re.compile(
    r"(mailbox|inbox|brevlåda\w*|postfach) (is |är |ist )?(full|fylld|voll)|quota|too large"
    r"|för stor|size exceeds|message size",
    re.IGNORECASE,
)
OF_US = re.compile(
    r"\bspf\b|\bdkim\b|\bdmarc\b|spam|\brbl\b|black ?list|block ?list|blocked|blockerad|relay"
    r"|\bpolicy\b|\bpolicies\b|reputation|not authori[sz]ed|authenticat"
    r"|rate limit|too many|banned|reverse dns|\bptr\b|helo|content rejected|suspicious",
    re.IGNORECASE,
)
OF_THE_MAILBOX = re.compile(
    r"recipient (address )?rejected|(user|recipient|address|mailbox|account)s?( name)?"
    r" (is )?(unknown|not found|not known|invalid|inactive|disabled|unavailable for delivery)"
    r"|(unknown|invalid|no such|nonexistent|non-existent|inactive|disabled) "
    r"(local )?(user|recipient|address|mailbox|account|person)"
    r"|no (mailbox|user|account)( here)? by that name|not our customer|unrouteable address"
    r"|(does not|doesn't|do not) (exist|have (an?|any)? ?\S* ?account)|recipientnotfound"
    # Swedish, Norwegian, Danish, Finnish.
    r"|(okänd|ogiltig|felaktig) (användare|mottagare|adress|brevlåda)|unknown local part"
    r"|(användaren?|mottagaren?|adressen?|brevlådan?|kontot?)( är)? (okänd|okänt|ogiltig|ogiltigt"
    r"|avstängd|avstängt|inaktiv|inaktivt)|(finns|existerar|hittas|hittades) inte|inte hittas"
    r"|finns ingen (användare|mottagare|brevlåda)"
    r"|ukjent (bruker|mottaker)|finnes ikke|ukendt (bruger|modtager)|findes ikke|eksisterer ikke"
    r"|tuntematon (käyttäjä|vastaanottaja)|ei ole olemassa"
    # German, Dutch, French, Spanish, Italian, Portuguese, Polish.
    r"|unbekannte[rs]? (benutzer|empf(ä|ae)nger|adresse|postfach)"
    r"|(benutzer|empf(ä|ae)nger|postfach|adresse) (ist )?(unbekannt|nicht gefunden)"
    r"|kein (postfach|benutzer|empf(ä|ae)nger)|existiert nicht"
    r"|onbekende (gebruiker|ontvanger)|bestaat niet"
    r"|(utilisateur|destinataire|adresse) inconnue?|n'existe pas|usuario desconocido|no existe"
    r"|(utente|destinatario) sconosciuto|non esiste|usuário desconhecido|não existe"
    r"|nieznany (użytkownik|odbiorca)|nie istnieje",
    re.IGNORECASE,
)
# Where the copy of our mail begins, in reports that are one text.
COPY = re.compile(
    r"(?mi)^[-_=* ]*(?:this is a copy|below this line|(?:the )?(?:original|returned) message"
    r"(?: headers| details| follows| text)?[-_=*:. ]*$"
    r"|(?:ditt |det )?(?:ursprunglig|returnera)\w* (?:meddeland|mejl|brev)\w*[-_=*:. ]*$"
    r"|en kopia av|(?:die )?ursprüngliche (?:nachricht|mail)[-_=*:. ]*$|return-path:|received:)"
)
STILL_TRIED = re.compile(
    r"warning message only|will (?:keep|continue|retry|be retried)|still (?:being )?tr(?:ied|ying)"
    r"|delayed|kommer att försöka|försöker igen|fördröj|wird weiter|weitere versuche|verzögert",
    re.IGNORECASE,
)
LONGEST_WORDS = 300
# One large host answers so for every mailbox it does not have.
LARGE_HOST = re.compile(r"5\.4\.1\b.*recipient address rejected: access denied", re.IGNORECASE)


def status_in(words: str) -> str:
    """The first enhanced status code of a text, "" where it has none."""
    found = STATUS.search(words)
    return found[1] if found else ""


def fault_of(status: str, words: str) -> Fault:
    """Whose fault a refusal for good is; `status` is RFC 3463's, "" where none was given."""
    if LARGE_HOST.search(f"{status} {words}"):
        return "mailbox"
    about = NAMES.sub(" ", words)
    if WE_ARE_REFUSED.match(status) or OF_THE_SENDER.search(about):
        return "us"
    said = (words, " ".join(about.split()))
    says_so = any(OF_THE_MAILBOX.search(each) for each in said)
    if OF_US.search(about) and not (says_so and CLEAR.match(status)):
        return "us"
    if MAIL_DOES_NOT_FIT.match(status) or FULL.search(about):
        return "mail"
    return "mailbox" if MAILBOX_GONE.match(status) or says_so else "us"


def alike(status: str, words: str) -> tuple[str, str]:
    """What two refusals have in common that say the same to two addresses."""
    plain = re.sub(r"\S*\d\S*", " ", NAMES.sub(" ", words)).casefold()
    return status, " ".join(plain.split())[:80]


def kind_of(status: str, words: str, *, failed: bool) -> str:
    """How a report is kept: dead, refused, or delayed while the sending side still tries."""
    if not failed:
        return "delayed"
    # Given up after trying for days: nothing was ever said about the mailbox.
    if status.startswith("4"):
        return "refused"
    return "dead" if fault_of(status, words) == "mailbox" else "refused"


def is_refusal(text: str) -> bool:
    """Whether a report in words says that a mail was refused for good."""
    return any(way.search(text) for way in (PERMANENT, OF_THE_MAILBOX))


def is_still_tried(text: str) -> bool:
    """Whether a report in words says that a mail may arrive yet."""
    return STILL_TRIED.search(text) is not None


def above_the_copy(text: str) -> str:
    """A report in words without the copy of our mail below it."""
    return COPY.split(text)[0]


def telling_line(text: str, address: str) -> str:
    """The first line of a report that has a code, or says what was wrong; "" for none.

    What stands about another address says nothing of this one.
    """
    parts = re.split(r"\n[ \t]*\n", above_the_copy(text))
    about = [part for part in parts if address in part.lower()]
    others = [part for part in parts if "@" not in part] if about else parts
    groups = ([one_line(line) for part in some for line in part.splitlines()]
              for some in (about, others))  # fmt: skip
    ways = (CODE, STATUS, OF_THE_MAILBOX, FULL)
    return next((line for lines in groups for way in ways for line in lines if way.search(line)),
                "")  # fmt: skip


def one_line(text: str) -> str:
    """A text as it is kept."""
    return " ".join(text.split())[:LONGEST_WORDS]
