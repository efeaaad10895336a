"""A person at a form: one page at a time, its fields and its buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx

from tests.support.http_visitor import Filled, Form, Page, Visitor

NO_PAGE = Page(0, "", "")


@dataclass
class Reader:
    """A person with one page before them, pressing the buttons of its form."""

    visitor: Visitor
    page: Page = NO_PAGE

    def open(self, path: str) -> Reader:
        """Follow a link."""
        self.page = self.visitor.open(path)
        return self

    def press(self, button: str = "go=next", **typed: str | list[str]) -> Reader:
        """Fill in the fields named and press a button ("name=value")."""
        name, _, value = button.partition("=")
        filled: Filled = typed | ({name: value} if name else {})
        self.page = self.visitor.submit(self.page, self.form, filled)
        return self

    @property
    def form(self) -> Form:
        """The form of the page; the one before it in the header only signs out."""
        return self.page.forms()[-1]

    @property
    def client(self) -> httpx.Client:
        return self.visitor.client

    @property
    def path(self) -> str:
        return self.page.path

    @property
    def status(self) -> int:
        return self.page.status

    @property
    def html(self) -> str:
        return self.page.text

    @property
    def title(self) -> str:
        """The title of the page."""
        return self.page.title.partition(" – ")[0]

    @property
    def errors(self) -> list[str]:
        """What the error summary lists."""
        summary = self.html.partition('class="error-summary"')[2].partition("</ul>")[0]
        return re.findall(r'<a href="[^"]*">([^<]*)</a>', summary)

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.form.fields.get(name, [""])[0]

    def suggestions(self) -> list[str]:
        """What the buttons of suggested corrections, and of others' answers, send."""
        return re.findall(r'name="fill" value="([^"]*)"', self.html)
