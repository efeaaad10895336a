"""The office's tables as data: their columns and filters, and what an address chooses of them.

A table is declared once: what each column is called, shown as, sorted by and taken out as, and what
the list can be narrowed to. The heads, the cells, the filter bar, the pages, the address and the
files follow: a new column is one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from flask import request
from flask_babel import format_datetime
from flask_babel import gettext as _
from markupsafe import Markup

from forms.web.page_setup import chip
from survey_data import clock
from survey_data.tables_to_files import Cell, moment_cell

Row = TypeVar("Row")
# Longer than any name; what is longer is nobody's search.
LONGEST_SEARCH = 100
AFTER_Z = str.maketrans("åäöéü", "{|}eu")


def alphabetical(text: str) -> str:
    """A key that sorts as the Swedish alphabet does, whatever the case."""
    return text.casefold().translate(AFTER_Z)


def holds(search: str, *texts: str | None) -> bool:
    """Whether any of the texts holds what is searched for, whatever the case."""
    return any(search.casefold() in (text or "").casefold() for text in texts)


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column, on the page, in the order and in the files; below are the usual kinds.

    Without `sort` it does not sort (a sort value of None always comes last), without `cell` it is
    in no file. `shown` is what the page says where that is not what the file says, `look` the class
    of its cells, and a column of buttons has a head that is only heard.
    """

    name: str
    label: str
    sort: Callable[[Row], Any] | None = None
    cell: Callable[[Row], Cell] | None = None
    shown: Callable[[Row], object] | None = None
    link: Callable[[Row], str] | None = None
    largest_first: bool = False
    look: str = ""
    on_page: bool = True
    only_heard: bool = False

    def show(self, row: Row) -> object:
        """What the page says, a dash where there is nothing."""
        read = self.shown or self.cell
        found = read(row) if read else None
        if found in (None, ""):
            return "" if self.only_heard else "–"
        return Markup('<a href="{}">{}</a>').format(self.link(row), found) if self.link else found


def text(
    name: str, label: str, value: Callable[[Row], str | None], *, sorts: bool = True, **more: Any
) -> Column[Row]:
    """A column of words, in the order of the Swedish alphabet."""

    def key(row: Row) -> str | None:
        return alphabetical(value(row) or "") or None

    return Column(name, label, key if sorts else None, value, **more)


def number(name: str, label: str, value: Callable[[Row], float | None], **more: Any) -> Column[Row]:
    """A column of numbers, the largest first."""
    usual: dict[str, Any] = {"largest_first": True, "look": "number", "sort": value}
    return Column(name, label, cell=value, **usual | more)


def moment(
    name: str,
    label: str,
    value: Callable[[Row], str | None],
    *,
    pattern: str = "d MMM HH:mm",
    **more: Any,
) -> Column[Row]:
    """A column of stored moments, in Swedish time: short on the page, whole in the files."""

    def shown(row: Row) -> str:
        at = value(row)
        return str(format_datetime(clock.local(at), pattern, rebase=False)) if at else ""

    usual: dict[str, Any] = {"look": "plain nowrap", "shown": shown, "sort": value}
    usual["cell"] = lambda row: moment_cell(value(row))
    return Column(name, label, **usual | more)


def coded(
    name: str,
    label: str,
    value: Callable[[Row], str],
    words: Mapping[str, str] | Mapping[str, tuple[str, str]],
    order: Sequence[str] = (),
    **more: Any,
) -> Column[Row]:
    """A column of codes in words, or in chips: each in its `order`, or in the alphabet's."""
    places = {code: place for place, code in enumerate(order)}

    def known(row: Row) -> str | tuple[str, str]:
        return words.get(value(row), value(row))

    def said(row: Row) -> str:
        found = known(row)
        return found if isinstance(found, str) else found[1]

    def key(row: Row) -> Any:
        return places.get(value(row), len(places)) if order else alphabetical(said(row)) or None

    def shown(row: Row) -> object:
        found = known(row)
        return found if isinstance(found, str) else chip(*found)

    return Column(name, label, key, said, shown, **more)


def file_only(name: str, label: str, value: Callable[[Row], Cell]) -> Column[Row]:
    """A column that only the files have."""
    return Column(name, label, None, value, on_page=False)


def buttons(name: str, label: str, look: str = "number full own-line") -> Column[Row]:
    """A column of what can be done with each row; its template says what."""
    return Column(name, label, look=look, only_heard=True)


@dataclass(frozen=True)
class Filter(Generic[Row]):
    """One way to narrow the list: among `choices`, or by what someone types where it has none."""

    name: str
    label: str
    matches: Callable[[Row, str], bool]
    choices: Mapping[str, str] | None = None

    def read(self) -> str:
        """What the address asks for; what it cannot ask for means everything."""
        asked = request.args.get(self.name, "").strip()[:LONGEST_SEARCH]
        return asked if self.choices is None or asked in self.choices else ""


def search(texts: Callable[[Row], Iterable[str | None]], label: str = "") -> Filter[Row]:
    """A field to search in some texts of each row."""
    return Filter("sok", label or _("Sök"), lambda row, typed: holds(typed, *texts(row)))


def among(
    name: str, label: str, value: Callable[[Row], object], choices: Mapping[str, str]
) -> Filter[Row]:
    """A choice among the values that a row can have."""
    return Filter(name, label, lambda row, chosen: value(row) == chosen, choices)


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A declared table: its name in the files' addresses, its page, and its usual order."""

    name: str
    endpoint: str
    columns: Sequence[Column[Row]]
    filters: Sequence[Filter[Row]]
    order: str
    file_name: str = ""
    page_size: int = 50

    def of(self, everyone: Iterable[Row]) -> Listing[Row]:
        """The table with its rows, as the address of this request asks."""
        sort = request.args.get("sortera", "")
        known = sort.removeprefix("-") in {c.name for c in self.columns if c.sort}
        chosen = {f.name: f.read() for f in self.filters}
        page = max(1, request.args.get("sida", 1, type=int))
        return Listing(self, list(everyone), chosen, sort if known else self.order, page)


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A table as someone has chosen to see it; the whole choice stands in the address."""

    table: Table[Row]
    everyone: list[Row]
    chosen: Mapping[str, str]
    sort: str
    asked_page: int = 1

    @cached_property
    def found(self) -> list[Row]:
        """The rows that match, in order: what the files hold."""
        narrowed = [(f.matches, self.chosen[f.name]) for f in self.table.filters]
        asked = [(matches, value) for matches, value in narrowed if value]
        rows = [r for r in self.everyone if all(matches(r, value) for matches, value in asked)]
        # Those that are alike by the chosen column come in the table's usual order.
        return self._sorted(self._sorted(rows, self.table.order), self.sort)

    def _sorted(self, rows: list[Row], sort: str) -> list[Row]:
        name = sort.removeprefix("-")
        column = next(c for c in self.table.columns if c.name == name)
        assert column.sort is not None
        known = [(column.sort(row), row) for row in rows]
        there = [k for k in known if k[0] is not None]
        there.sort(key=lambda k: k[0], reverse=_goes_down(column, sort))
        return [row for _key, row in there] + [row for key, row in known if key is None]

    @property
    def pages(self) -> int:
        """How many pages there are; an empty table has one."""
        return max(1, -(-len(self.found) // self.table.page_size))

    @property
    def page(self) -> int:
        """The page that is shown: the last one where the address asks for a later."""
        return min(self.asked_page, self.pages)

    @property
    def shown(self) -> list[Row]:
        """The rows of the page."""
        return self.found[self.first - 1 : self.first - 1 + self.table.page_size]

    @property
    def first(self) -> int:
        """The place of the page's first row, from 1."""
        return (self.page - 1) * self.table.page_size + 1

    @property
    def columns(self) -> list[Column[Row]]:
        """The columns that the page has."""
        return [c for c in self.table.columns if c.on_page]

    def address(self, **changed: str | int | None) -> dict[str, str | int]:
        """The choice as an address holds it, with something changed; what is usual is left out."""
        usual = "" if self.sort == self.table.order else self.sort
        whole = {**self.chosen, "sortera": usual, **changed}
        return {name: value for name, value in whole.items() if value}

    def direction(self, column: Column[Row]) -> str:
        """How a column is sorted now, as assistive technology says it; empty where it is not."""
        if self.sort.removeprefix("-") != column.name:
            return ""
        return "descending" if _goes_down(column, self.sort) else "ascending"

    def sorted_by(self, column: Column[Row]) -> dict[str, str | int]:
        """Where a column's head leads: sort by it, or turn the order round."""
        turned = f"-{column.name}" if self.sort == column.name else column.name
        return self.address(sortera="" if turned == self.table.order else turned)

    @property
    def orders(self) -> list[tuple[str, str]]:
        """Every order there is, for those who have no heads to press."""
        down, up = _("%(column)s, fallande"), _("%(column)s, stigande")
        return [
            (sort, (down if _goes_down(c, sort) else up) % {"column": c.label})
            for c in self.table.columns
            if c.sort
            for sort in (c.name, f"-{c.name}")
        ]

    def lines(self) -> tuple[list[str], list[list[Cell]]]:
        """The head and the lines of a file: all that match, on every page."""
        kept = [(c.label, c.cell) for c in self.table.columns if c.cell]
        return [label for label, _cell in kept], [
            [cell(row) for _label, cell in kept] for row in self.found
        ]


def _goes_down(column: Column[Any], sort: str) -> bool:
    return column.largest_first != sort.startswith("-")
