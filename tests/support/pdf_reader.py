"""Reads a PDF as assistive technology does: its language, its tags, its texts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pypdf import PdfReader


@dataclass
class Tag:
    """One structure element and what it holds."""

    kind: str
    alt: str = ""
    title: str = ""
    scope: str = ""
    children: list[Tag] = field(default_factory=list)

    def all(self, *kinds: str) -> list[Tag]:
        """Every element of these kinds below this one, in reading order."""
        return [tag for tag in self._below() if tag.kind in kinds]

    def _below(self) -> Iterator[Tag]:
        for child in self.children:
            yield child
            yield from child._below()


class Pdf:
    """An opened PDF."""

    def __init__(self, content: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(content))
        self.root: Any = self.reader.trailer["/Root"]

    @cached_property
    def tags(self) -> Tag:
        """The structure tree."""
        return Tag("root", children=list(_tags(self.root["/StructTreeRoot"]["/K"])))

    @cached_property
    def pages(self) -> list[str]:
        """Each page's text, one kind of space between words."""
        return [" ".join(page.extract_text().split()) for page in self.reader.pages]

    @property
    def text(self) -> str:
        """The whole text."""
        return " ".join(self.pages)

    @property
    def metadata(self) -> str:
        """The XMP packet, where a file says which standards it keeps."""
        return str(self.root["/Metadata"].get_object().get_data().decode())


def _tags(node: Any) -> Iterator[Tag]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for each in node:
            yield from _tags(each)
    elif hasattr(node, "get"):
        below = list(_tags(node["/K"])) if "/K" in node else []
        if "/S" in node:
            yield Tag(
                str(node["/S"]).lstrip("/"),
                str(node.get("/Alt", "")),
                str(node.get("/T", "")),
                _scope(node),
                below,
            )
        else:
            yield from below


def _scope(node: Any) -> str:
    attributes = [each.get_object() for each in node.get("/A", [])]
    scopes = (each.get("/Scope", "") for each in attributes if hasattr(each, "get"))
    return next((str(scope).lstrip("/") for scope in scopes if scope), "")
