"""A text made ready for many mails: written once, with holes that each enterprise's words fill."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from jinja2.utils import urlize
from markupsafe import Markup, escape

from survey_data.follow_up.mail_texts import PLACEHOLDER, PLACEHOLDERS

# Stands for a placeholder while a text becomes HTML: nobody types these, and they may stand in
# an address.
MARKED = re.compile("\ue000([^\ue001]*)\ue001")


class Written(NamedTuple):
    """A mail's subject and text, the text as HTML and a link to decline it, where it has them."""

    subject: str
    text: str
    html: str = ""
    decline: str = ""


@dataclass(frozen=True)
class Holes:
    """A text in pieces: every second one names what goes there."""

    pieces: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Holes:
        """A text with {placeholders}; braces around anything else are only text."""
        return cls.marked(PLACEHOLDER.sub(_mark, text))

    @classmethod
    def marked(cls, text: str) -> Holes:
        """A text whose placeholders are marked already."""
        return cls(tuple(MARKED.split(text)))

    def filled(self, values: Mapping[str, str]) -> str:
        """The whole text."""
        pieces = list(self.pieces)
        pieces[1::2] = [values.get(name, "") for name in pieces[1::2]]
        return "".join(pieces)


def _mark(found: re.Match[str]) -> str:
    return f"\ue000{found[1]}\ue001" if found[1] in PLACEHOLDERS else found[0]


@dataclass(frozen=True)
class Letter:
    """One kind of mail of a round in one language."""

    subject: Holes
    text: Holes
    html: Holes
    known: Mapping[str, str]

    @classmethod
    def of(cls, subject: str, body: str, foot: str, known: Mapping[str, str], link: str) -> Letter:
        """A letter of a text and what always stands under it.

        `known` is what is the same for everyone. `link` begins everyone's link, so that the
        whole of it becomes a link in HTML too.
        """
        marked = PLACEHOLDER.sub(_mark, body.strip()) + f"\n\n{foot.strip()}\n"
        # What the templates leave out leaves blank lines behind.
        marked = re.sub(r"\n{3,}", "\n\n", marked).replace(
            "\ue000länk\ue001", f"{link}\ue000token\ue001"
        )
        return cls(
            Holes.of(" ".join(subject.split())),
            Holes.marked(marked),
            Holes.marked(str(as_html(marked))),
            known,
        )

    def to(self, name: str, token: str) -> Written:
        """The letter to one enterprise."""
        values = {**self.known, "namn": " ".join(name.split()), "token": token}
        safe = {placeholder: str(escape(value)) for placeholder, value in values.items()}
        return Written(
            self.subject.filled(values), self.text.filled(values), self.html.filled(safe)
        )


def as_html(text: str) -> Markup:
    """The paragraphs of a plain text as HTML, its addresses as links."""
    paragraphs = (p.strip() for p in text.split("\n\n") if p.strip())
    return Markup("\n").join(Markup("<p>%s</p>") % _lines(p) for p in paragraphs)


def _lines(paragraph: str) -> Markup:
    # What is linked has been escaped first.
    linked = (Markup(urlize(line)) for line in paragraph.split("\n"))  # noqa: S704
    return Markup("<br>\n").join(linked)


def document(html: str, language: str) -> str:
    """A whole HTML document of its paragraphs."""
    head = f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"></head>'
    return f"{head}<body>\n{html}\n</body></html>\n"
