"""The mails of the survey, and how they leave and what comes back.

Here is how one is put together: its text, the same as HTML, and the message as bytes.
"""

from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from textwrap import dedent
from typing import Any, NamedTuple

from jinja2.utils import urlize
from markupsafe import Markup

from survey_data import clock
from survey_data.typed_text import ascii_address


class Written(NamedTuple):
    """A mail's subject and text, the text as HTML and a link to decline it, where it has them."""

    subject: str
    text: str
    html: str = ""
    decline: str = ""


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


# Every server passes quoted-printable on unchanged.
UTF8: Any = Charset("utf-8")
UTF8.body_encoding = QP
# No line is broken anew: an address in a header would begin with a blank.
AS_SENT = compat32.clone(linesep="\r\n", max_line_length=None)
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
    to, address = ascii_address(to), ascii_address(sender[1])
    for each in (to, address):
        check_address(each)
    message: Message = MIMEText(text, "plain", UTF8)
    if html:
        message = MIMEMultipart("alternative", _subparts=[message, MIMEText(html, "html", UTF8)])
    headers = {
        "Subject": Header(" ".join(subject.split()), header_name="Subject").encode(),
        "From": formataddr((" ".join(sender[0].split()), address)),
        # Written in any other way, an address with letters of its own would be another.
        "To": to.encode().decode("ascii", "surrogateescape"),
        "Reply-To": address,
        "Date": format_datetime(clock.machine.read()),
        "Message-ID": message_id,
        # So that no holiday reply comes back to a list of thirty.
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": decline and f"<{decline}>",
        "In-Reply-To": follows,
        "References": follows,
    }
    for name in (name for name, value in headers.items() if value):
        message[name] = headers[name]
    return message.as_bytes(policy=AS_SENT)


def check_address(address: str) -> None:
    """Raise ValueError for an address that would break its header, or holds none."""
    if "@" not in address or not FORBIDDEN.isdisjoint(address):
        raise ValueError(address)
