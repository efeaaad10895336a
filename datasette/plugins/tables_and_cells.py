"""What each table says of itself (its codebook), its ready questions, and how a value looks."""

# Datasette loads each plugin by itself, so plugins cannot import one another. `datasette` is the
# installed package: the folder this file lies in must never become a package itself.
from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from datasette import hookimpl
from datasette.utils import tilde_encode
from markupsafe import Markup

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

FOLDER = Path(__file__).parents[1]
QUESTIONS = yaml.safe_load((FOLDER / "questions.yaml").read_text("utf-8"))
TABLES = yaml.safe_load((FOLDER / "tables.yaml").read_text("utf-8"))
# What a table that tables.yaml does not name is narrowed by.
FACETS = ("year", "indicator", "area_type", "status")
QUERY = "SELECT table_name, column_name, label_sv, definition_sv, unit_sv FROM codebook"

WORDS = yaml.safe_load((FOLDER / "words.yaml").read_text("utf-8"))
CHIP_LOOKS = {
    "e": "chip-review",
    "u": "chip-review",
    "r": "chip-warm",
    "s": "chip-warm",
    "p": "chip-outline",
}
STATUS_COLUMNS = {"status", "Status"}
# Numbers that name something are not amounts: they are not grouped.
NAMES = {"year", "År", "Från år", "Till år", "Utan svar år", "id", "enterprise_id"}
# Codes of areas, which open.db has names for.
AREAS = {"area_code", "municipality_code", "province", "Landskap"}
# Which table a key leads to.
LINKS = {
    "indicator": "indicators",
    "part_of": "indicators",
    "source": "sources",
    "enterprise_id": "enterprises",
}

HIDDEN = Markup('<b>x</b><span class="visually-hidden"> dolt</span>')
MISSING = Markup('<span class="muted">–<span class="visually-hidden"> uppgift saknas</span></span>')
NORMAL = Markup('<span class="muted">–<span class="visually-hidden"> {}</span></span>')
SIGN = Markup('<span class="sign"><span class="chip chip-sign {}">{}</span> {}</span>')

# The columns of the view `trend`, which has no status beside its values.
HIDDEN_IN_TREND = """SELECT year, indicator || CASE area_type WHEN 'province'
    THEN '_' || lower(area_code) ELSE '' END FROM observations WHERE status = 'x'"""


class Entry(NamedTuple):
    """One row of the codebook, in Swedish; column "" is the table itself."""

    table: str
    column: str
    label: str
    definition: str
    unit: str

    @property
    def description(self) -> str:
        """The definition with its unit, for the column's description."""
        found = self.definition or self.label
        return f"{found} Enhet: {self.unit}." if self.unit else found


@hookimpl
def canned_queries(database: str) -> dict[str, Any]:
    """The ready questions of a database."""
    return {name: dict(known) for name, known in QUESTIONS.get(database, {}).items()}


@hookimpl
def get_metadata(datasette: Any, key: str | None) -> dict[str, Any]:
    """What codebooks and tables.yaml say of tables, in the shape of metadata.yaml."""
    if key not in {None, "databases"}:
        # Datasette asks dozens of times a page for what they have nothing to say of.
        return {}
    files = {name: Path(db.path) for name, db in datasette.databases.items() if db.path}
    return {
        "databases": {
            # Fresh, as Datasette writes into what it is given.
            name: {"tables": {t: dict(said) for t, said in _tables(name, path, _stamp(path))}}
            for name, path in files.items()
        }
    }


def _stamp(path: Path) -> tuple[int, ...]:
    """Changes when the file or its write-ahead log does, so that a new release is seen at once."""
    beside = (path, path.with_name(path.name + "-wal"))
    return tuple(p.stat().st_mtime_ns for p in beside if p.exists())


@lru_cache(maxsize=8)
def _tables(
    database: str, path: Path, stamp: tuple[int, ...]
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """In the order of tables.yaml; those it does not name last, by year and with usual facets."""
    shown = TABLES.get(database, {})
    found: dict[str, Any] = {t: {"columns": {}, "column_labels": {}, **shown[t]} for t in shown}
    for entry in _entries(path):
        table = found.setdefault(entry.table, {"columns": {}, "column_labels": {}})
        if entry.column:
            table["columns"][entry.column] = entry.description
            table["column_labels"][entry.column] = entry.label
        else:
            table |= {"title": entry.label, "description": entry.definition}
    for name in found.keys() - shown.keys():
        found[name] |= _shown_as_usual(found[name]["columns"])
    return tuple(found.items())


def _shown_as_usual(columns: Mapping[str, str]) -> dict[str, Any]:
    facets = {"facets": [name for name in FACETS if name in columns]}
    return facets | ({"sort_desc": "year"} if "year" in columns else {})


def _entries(path: Path) -> tuple[Entry, ...]:
    connection = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)
    try:
        return tuple(Entry(*row) for row in connection.execute(QUERY))
    except sqlite3.OperationalError:
        # A database without a codebook (nothing published yet) has nothing to say.
        return ()
    finally:
        connection.close()


class Facts(NamedTuple):
    """What cells of one database need: signs, names of areas, hidden cells of the trend."""

    statuses: Mapping[str, tuple[str, str]]
    areas: Mapping[str, str]
    hidden_in_trend: frozenset[tuple[int, str]]


# A page has thousands of cells, and asks once for each database whether its file has changed.
asked: ContextVar[dict[str, Facts]] = ContextVar("asked")


# Innermost, as an answer that met a new release is made anew.
@hookimpl(tryfirst=True)
def asgi_wrapper() -> Callable[[App], App]:
    """Let the cells of one answer share what is read for them."""

    def wrap(app: App) -> App:
        async def sharing(scope: Message, receive: Receive, send: Send) -> None:
            asked.set({})
            await app(scope, receive, send)

        return sharing

    return wrap


def facts_of(datasette: Any, database: str) -> Facts:
    """The facts of a database, read anew when its file has changed since the last answer."""
    known = asked.get()
    if database not in known:
        known[database] = _facts_now(datasette.get_database(database).path)
    return known[database]


def _facts_now(path: str | None) -> Facts:
    if not path:
        return Facts({}, {}, frozenset())
    beside = (Path(path), Path(path + "-wal"))
    return _facts(Path(path), tuple(p.stat().st_mtime_ns for p in beside if p.exists()))


@lru_cache(maxsize=8)
def _facts(path: Path, stamp: tuple[int, ...]) -> Facts:
    connection = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)
    try:
        signs = _rows(connection, "SELECT code, symbol, label_sv FROM statuses")
        return Facts(
            {code: (symbol, label) for code, symbol, label in signs},
            dict(_rows(connection, "SELECT area_code, name FROM areas")),
            frozenset((y, c) for y, c in _rows(connection, HIDDEN_IN_TREND)),
        )
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, sql: str) -> Sequence[Any]:
    try:
        return connection.execute(sql).fetchall()
    except sqlite3.OperationalError:
        # The two databases do not have the same tables.
        return []


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any
) -> Markup | None:
    """The look of one cell, or None to leave it to Datasette."""
    code = _code(value)
    facts = facts_of(datasette, database)
    if column in STATUS_COLUMNS and code in facts.statuses:
        return _signs(facts, row, code)
    if code is None:
        return HIDDEN if _is_hidden(facts, row, column, table) else MISSING
    if column in AREAS and code in (areas := facts_of(datasette, "open").areas):
        return Markup("{}").format(areas[code])
    if table and column in LINKS:
        return _link(datasette, database, column, value)
    return _word(column, code) or _amount(column, value)


def _code(value: Any) -> Any:
    # Datasette hands over a foreign key with its label.
    return value["value"] if isinstance(value, dict) else value


def _signs(facts: Facts, row: Any, code: str) -> Markup:
    """Every sign of a row that has several, or the one in its status."""
    signs = str(row["signs"]) if "signs" in set(row.keys()) else ""
    every = signs if signs.startswith(code) else code
    return Markup(" ").join(_sign(c, *facts.statuses[c]) for c in every if c in facts.statuses)


def _sign(code: str, symbol: str, label: str) -> Markup:
    if code == "n":
        return NORMAL.format(label)
    return SIGN.format(CHIP_LOOKS.get(code, ""), symbol, label)


def _is_hidden(facts: Facts, row: Any, column: str, table: str | None) -> bool:
    """Whether an empty cell is empty because it is protected, not because nothing is known."""
    if table == "trend":
        return (row["year"], column) in facts.hidden_in_trend
    if table and column != "value":
        return False
    return any(_code(row[name]) == "x" for name in STATUS_COLUMNS & set(row.keys()))


def _word(column: str, code: Any) -> Markup | None:
    word = WORDS.get(column, {}).get(code)
    return None if word is None else Markup("{}").format(word)


def _link(datasette: Any, database: str, column: str, value: Any) -> Markup:
    """A key as a link to its row, by its name where that is short."""
    code = str(_code(value))
    href = f"{datasette.urls.table(database, LINKS[column])}/{tilde_encode(code)}"
    words = value["label"] if isinstance(value, dict) and column != "source" else code
    return Markup('<a href="{}">{}</a>').format(href, words)


def _amount(column: str, value: Any) -> Markup | None:
    """A number as Swedish writes it: 1 257, −18, 62,5."""
    if not isinstance(value, (int, float)) or column in NAMES:
        return None
    grouped = f"{value:,}".translate({ord(","): "\u00a0", ord("."): ",", ord("-"): "−"})
    return Markup("{}").format(grouped)
