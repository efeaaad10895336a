"""A visitor without JavaScript: opens pages, fills in the form that is there, presses buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient

Pairs = list[tuple[str, str]]


class FormReader(HTMLParser):
    """Collects what the last form inside <main> would send, as a browser does."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.action = ""
        self.sent: Pairs = []
        self.select = ""
        self.textarea = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at: dict[str, Any] = dict(attrs)
        if tag == "form":
            self.inside, self.action, self.sent = True, at.get("action", ""), []
        elif not self.inside:
            return
        elif tag == "input" and at.get("name"):
            self._input(at)
        elif tag == "select":
            self.select = at["name"]
        elif tag == "option" and "selected" in at:
            self.sent.append((self.select, at.get("value", "")))
        elif tag == "textarea":
            self.textarea, self.text = at["name"], ""

    def _input(self, at: dict[str, Any]) -> None:
        if at.get("type") in ("checkbox", "radio") and "checked" not in at:
            return
        self.sent.append((at["name"], at.get("value") or ""))

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea:
            self.sent.append((self.textarea, self.text))
            self.textarea = ""
        if tag == "form":
            self.inside = False


@dataclass
class Visitor:
    """One browser with its own cookies."""

    client: FlaskClient
    path: str = ""
    html: str = ""
    status: int = 0
    form: FormReader = field(default_factory=FormReader)

    def open(self, path: str) -> Visitor:
        """Follow a link."""
        return self._read(self.client.get(path, follow_redirects=True))

    def press(self, button: str = "go=next", **typed: str | list[str]) -> Visitor:
        """Fill in the fields named and press a button ("name=value")."""
        kept = [(name, text) for name, text in self.form.sent if name not in typed]
        for name, value in typed.items():
            kept += [(name, text) for text in ([value] if isinstance(value, str) else value)]
        name, _, value = button.partition("=")
        data: dict[str, list[str]] = {}
        for key, text in [*kept, (name, value)]:
            data.setdefault(key, []).append(text)
        path = self.form.action or self.path
        return self._read(self.client.post(path, data=data, follow_redirects=True))

    def _read(self, response: Any) -> Visitor:
        self.path, self.html = response.request.path, response.text
        self.status = response.status_code
        self.form = FormReader()
        self.form.feed(self.html.partition("<main")[2].partition("</main>")[0])
        return self

    @property
    def title(self) -> str:
        """The title of the page."""
        found = re.search(r"<title>(.*?) – ", self.html, re.DOTALL)
        return found[1] if found else ""

    @property
    def errors(self) -> list[str]:
        """What the error summary lists."""
        summary = self.html.partition('class="error-summary"')[2].partition("</ul>")[0]
        return re.findall(r'<a href="[^"]*">([^<]*)</a>', summary)

    def value(self, name: str) -> str:
        """What stands in a field."""
        return next((text for key, text in self.form.sent if key == name), "")

    def mends(self) -> list[str]:
        """What the mend buttons send."""
        return re.findall(r'name="mend" value="([^"]*)"', self.html)
