"""The mails of the survey, and how they leave and what comes back.

Here is how one is put together: a text made ready for many, written once, with holes that each
enterprise's words fill; the same as HTML; and the message as bytes, made without the email
package's objects, as four hundred of them take long. Both texts of a message are quoted-printable,
which every server passes on unchanged.
"""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache
from textwrap import dedent
from typing import NamedTuple

from jinja2.utils import urlize
from markupsafe import Markup, escape

from survey_data import clock
from survey_data.follow_up.mail_texts import PLACEHOLDER, PLACEHOLDERS
from survey_data.typed_text import ascii_address

# Stands for a placeholder while a text becomes HTML: nobody types these, and they may stand in
# an address.
MARKED = re.compile("\ue000([^\ue001]*)\ue001")
# Where each enterprise's own link ends.
OWN_LINK_ENDS = "\ue000token\ue001"


class Written(NamedTuple):
    """A mail's subject and text, the text as HTML and a link to decline it, where it has them."""

    subject: str
    text: str
    html: str = ""
    decline: str = ""


def marked(text: str) -> str:
    """A text with its {placeholders} marked; braces around anything else are only text."""
    return PLACEHOLDER.sub(
        lambda found: f"\ue000{found[1]}\ue001" if found[1] in PLACEHOLDERS else found[0], text
    )


def _filled(text: str, values: Mapping[str, str]) -> str:
    return MARKED.sub(lambda found: values.get(found[1], ""), text)


@dataclass(frozen=True)
class Letter:
    """One kind of mail of a round in one language: its texts with their placeholders marked.

    `known` is what is the same for everyone.
    """

    subject: str
    text: str
    html: str
    known: Mapping[str, str]

    def to(self, name: str, token: str) -> Written:
        """The letter to one enterprise."""
        values = {**self.known, "namn": " ".join(name.split()), "token": token}
        safe = {placeholder: str(escape(value)) for placeholder, value in values.items()}
        return Written(
            _filled(self.subject, values), _filled(self.text, values), _filled(self.html, safe)
        )


def as_html(text: str) -> Markup:
    """The paragraphs of a plain text as HTML, its addresses as links."""
    # What all of a paragraph's lines are indented by is no indentation.
    paragraphs = (dedent(p).strip() for p in text.split("\n\n") if p.strip())
    lines = (Markup("<br>\n").join(map(_line, p.split("\n"))) for p in paragraphs)
    return Markup("\n").join(Markup("<p>%s</p>") % p for p in lines)


def _line(line: str) -> Markup:
    # What is linked has been escaped first; a part stays indented under its whole.
    said = line.lstrip(" ")
    return Markup("&nbsp;" * (len(line) - len(said)) + urlize(said))  # noqa: S704


def with_button(html: Markup, link: str, button: str, below: str) -> Markup:
    """The HTML with a button where the personal link stood alone, and the address in plain below.

    Without such a paragraph, as it was.
    """
    alone = Markup('<p><a href="%s">%s</a></p>') % (link, link)
    if alone not in html:
        return html
    pressed = Markup('<p class="go"><a class="button" href="%s">%s</a></p>') % (link, button)
    plain = Markup('\n<p class="below">%s<br>\n<a href="%s">%s</a></p>') % (below, link, link)
    # All that is put together here has been escaped.
    return Markup(str(html).replace(str(alone), str(pressed), 1)) + plain  # noqa: S704


# In the head and with classes: mail programs keep it, and the office can show the text as a page.
STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; background: #F5F7FA; color: #1F2933; font: 17px/1.5 "Source Sans 3", Arial, sans-serif; }
.mail { max-width: 600px; margin: 0 auto; padding: 24px 20px; background: #FFFFFF; }
.mark { margin: 0 0 20px; font-weight: 600; }
.mark img { vertical-align: middle; margin-right: 12px; border-radius: 9px; }
a { color: #12436D; overflow-wrap: anywhere; }
a.button { display: block; padding: 14px 24px; border-radius: 6px; background: #12436D; color: #FFFFFF;
  font-weight: 600; font-size: 18px; text-align: center; text-decoration: none; }
.below { border-top: 1px solid #E4E7EB; padding-top: 16px; color: #52606D; font-size: 15px; }
@media (prefers-color-scheme: dark) {
  body { background: #12181F; color: #E6EBF0; }
  .mail { background: #1A222B; }
  a { color: #93C4F0; }
  a.button { background: #93C4F0; color: #0B2034; }
  .below { border-color: #2E3945; color: #A9B5C1; }
}
"""  # noqa: E501


OUR_NAME = {"sv": "ASF-inventeringen", "en": "The ASF inventory"}


def framed(text: str, link: str, words: tuple[str, str], language: str, base_url: str) -> str:
    """A whole HTML document of a plain text: its link, if any, as a button, with `words` on it
    and above the address in plain."""
    html = as_html(text)
    return document(with_button(html, link, *words) if link else html, language, base_url)


def document(html: str, language: str, base_url: str) -> str:
    """A whole HTML document of its paragraphs, with our mark, for any screen."""
    mark = (
        f'<p class="mark"><img src="{base_url}/static/mark.png" width="40" height="40" alt="">'
        f"{OUR_NAME[language]}</p>"
    )
    head = (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<style>{STYLE}</style></head>"
    )
    return f'{head}<body><div class="mail">\n{mark}\n{html}\n</div></body></html>\n'


# "=" is always written =3D in the texts, so this can stand in none of them.
BOUNDARY = "=_asf_part"
TEXT = (
    'Content-Type: text/{}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
)
FORBIDDEN = frozenset("\r\n\0\t <>,;")


def as_bytes(
    *,
    subject: str,
    sender: tuple[str, str],
    to: str,
    message_id: str,
    text: str,
    html: str = "",
    decline: str = "",
    follows: str = "",
) -> bytes:
    """One whole message; raises ValueError for an address that no header can hold.

    `decline` is where the recipient says no to such mails, when they may. `follows` is the
    Message-ID of the mail that this one belongs under.
    """
    to, sender = ascii_address(to), (sender[0], ascii_address(sender[1]))
    check_address(to)
    head = (
        f"Subject: {_header(subject)}\r\nFrom: {formatted(*sender)}\r\nTo: {to}\r\n"
        f"Reply-To: {sender[1]}\r\nDate: {format_datetime(clock.machine.read())}\r\n"
        f"Message-ID: {message_id}\r\n"
        # So that no holiday reply comes back to a list of thirty.
        "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        + (f"List-Unsubscribe: <{decline}>\r\n" if decline else "")
        + (f"In-Reply-To: {follows}\r\nReferences: {follows}\r\n" if follows else "")
    ).encode()
    return head + (_both(text, html) if html else _part("plain", text))


def check_address(address: str) -> None:
    """Raise ValueError for an address that would break its header, or holds none."""
    if "@" not in address or not FORBIDDEN.isdisjoint(address):
        raise ValueError(address)


@lru_cache(maxsize=64)
def formatted(name: str, address: str) -> str:
    """A name and its address as a header says them."""
    check_address(address)
    return formataddr((" ".join(name.split()), address))


@lru_cache(maxsize=256)
def _header(text: str) -> str:
    one_line = " ".join(text.split())
    if one_line.isascii() and len(one_line) < 900:
        return one_line
    return Header(one_line, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _part(kind: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return TEXT.format(kind).encode() + binascii.b2a_qp(lines, istext=True)


def _both(text: str, html: str) -> bytes:
    head = f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n'.encode()
    between, end = f"\r\n--{BOUNDARY}\r\n".encode(), f"\r\n--{BOUNDARY}--\r\n".encode()
    return head + between + _part("plain", text) + between + _part("html", html) + end
