"""A visitor without JavaScript: follows links, fills in forms, presses buttons, over real HTTP.

The rehearsal answers with it, and so do the tests and the benchmark, so that all of them
go the way a person goes: through the pages, not around them.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

import httpx
from lxml import etree

Filled = Mapping[str, str | int | Sequence[str]]


@dataclass
class Form:
    """One form of a page: where it goes, and what its fields hold as the page came."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


def _form(found: Any) -> Form:
    """A form with what a browser would send from it."""
    form = Form(found.get("action", ""), found.get("method", "get").lower())
    for each in found.iter("input", "select", "textarea"):
        name, kind = each.get("name", ""), each.get("type", "text")
        form.names.add(name)
        if each.tag == "textarea":
            form.fields[name] = [each.text or ""]
        elif each.tag == "select":
            options = list(each.iter("option"))
            # The last that is chosen, else the first.
            shown = [*options[:1], *(each for each in options if "selected" in each.attrib)]
            if shown:
                form.fields[name] = [shown[-1].get("value", "")]
        elif name and (
            "checked" in each.attrib if kind in ("checkbox", "radio") else kind != "file"
        ):
            form.fields.setdefault(name, []).append(each.get("value", ""))
    return form


@dataclass(frozen=True)
class Page:
    """What came back: status, final address, and the text of the page."""

    status: int
    url: str
    text: str

    @property
    def path(self) -> str:
        """The address without host and query."""
        return httpx.URL(self.url).path

    @property
    def title(self) -> str:
        """The page's title."""
        found = re.search(r"<title>(.*?)</title>", self.text, re.DOTALL)
        return found[1].strip() if found else ""

    def forms(self) -> list[Form]:
        """The page's forms in order."""
        page = etree.HTML(self.text.encode(), etree.HTMLParser(encoding="utf-8"))
        return [] if page is None else [_form(found) for found in page.iter("form")]

    def form_with(self, name: str) -> Form | None:
        """The first form that has a field of that name."""
        return next((form for form in self.forms() if name in form.names), None)


# Reading the machine's certificates takes longer than a whole answer, and loopback needs none.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def loopback_client(**options: Any) -> httpx.Client:
    """An HTTP client for this machine's own server."""
    return httpx.Client(verify=NO_CERTIFICATES, timeout=None, trust_env=False, **options)


class Visitor:
    """One browser with its own cookies."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        client.follow_redirects = True

    def __enter__(self) -> Visitor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def open(self, address: str) -> Page:
        """Follow a link."""
        return _page(self.client.get(address))

    def submit(self, page: Page, form: Form, filled: Filled | None = None) -> Page:
        """Send a form as it stands on the page, with some fields filled in anew."""
        values: dict[str, list[str]] = {**form.fields}
        for name, value in (filled or {}).items():
            values[name] = [value] if isinstance(value, str) else _texts(value)
        target = urljoin(page.url, form.action) if form.action else page.url
        if form.method == "get":
            return _page(self.client.get(target, params=values))
        return _page(self.client.post(target, data=values))


def _texts(value: int | Sequence[str]) -> list[str]:
    return [str(value)] if isinstance(value, int) else list(value)


def _page(reply: httpx.Response) -> Page:
    return Page(reply.status_code, str(reply.url), reply.text)


class WentAstray(Exception):
    """The form did not lead to a receipt; says where it stopped."""


MOST_PAGES = 15


def answer(visitor: Visitor, link: str, answers: Filled) -> Page:
    """Open a personal link, fill in every page with what is known, hand in; returns the receipt.

    Raises WentAstray when a page comes back without a way on.
    """
    page = visitor.open(link)
    begin = next((f for f in page.forms() if f.method == "post"), None)
    if page.status != 200 or begin is None:
        raise WentAstray(f"{page.status} {page.title}")
    page = visitor.submit(page, begin)
    if answers.get("status", "active") != "active":
        part = urljoin(page.url, "/svara/foretaget?till=granska")
        page = _go_on(visitor, visitor.open(part), answers)
    page = _beside(visitor, page, "fler-fragor", answers)
    for _ in range(MOST_PAGES):
        if page.path.endswith("/kvitto"):
            return page
        page = _go_on(visitor, page, answers)
    raise WentAstray(f"{page.path}: {page.title}")


def _beside(visitor: Visitor, page: Page, section: str, answers: Filled) -> Page:
    """Answer the optional modules too, where there is anything to say in them."""
    if f"/svara/{section}" not in page.text:
        return page
    beside = visitor.open(urljoin(page.url, f"/svara/{section}"))
    form = beside.form_with("revision")
    if form is not None and form.names & answers.keys():
        _go_on(visitor, beside, answers)
    return page


def _go_on(visitor: Visitor, page: Page, answers: Filled) -> Page:
    form = page.form_with("revision")
    if form is None or page.status != 200:
        raise WentAstray(f"{page.status} {page.path}: {page.title}")
    known = {name: value for name, value in answers.items() if name in form.names}
    if "certify" in form.names:
        return visitor.submit(page, form, {**known, "certify": "yes"})
    return visitor.submit(page, form, {**known, "go": "next"})
