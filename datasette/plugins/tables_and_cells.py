"""What each table says of itself (its codebook), and how a value looks."""

# Datasette loads each plugin by itself, so plugins cannot import one another. `datasette` is the
# installed package: the folder this file lies in must never become a package itself.
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from contextvars import ContextVar
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from datasette import hookimpl
from datasette.plugins import pm
from datasette.utils import tilde_encode
from markupsafe import Markup, escape

App = Callable[..., Awaitable[None]]

FOLDER = Path(__file__).parents[1]
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
    "k": "chip-outline",
}
STATUS_COLUMNS = {"status", "Status"}
# Numbers that name something are not amounts: they are not grouped, and stand to the left.
NAMES = {"year", "first_year", "last_year", "År", "Från år", "Till år", "Utan svar år", "id",
         "enterprise_id", "rowid"}  # fmt: skip
# Codes of areas, which open.db has names for; of an indicator, `part_of` is another indicator.
AREAS = {"area_code", "municipality_code", "province", "part_of", "Landskap"}
# Which table a key leads to.
LINKS = {
    "indicator": "indicators",
    "part_of": "indicators",
    "source": "sources",
    "enterprise_id": "enterprises",
}

SIGN = Markup('<span class="sign"><span class="chip chip-sign {}">{}</span> {}</span>')
DASH = Markup('<span class="muted">–<span class="visually-hidden"> {}</span></span>')
CROSS = Markup('<b>x</b><span class="visually-hidden"> {}</span>')
# How an amount is written: what stands between thousands, before decimals and before what is less.
WRITTEN = {
    "sv": {ord(","): "\u00a0", ord("."): ",", ord("-"): "−"},
    "en": {ord("-"): "−"},
}

# The columns of the view `trend`, which has no status beside its values.
HIDDEN_IN_TREND = """SELECT year, indicator || CASE area_type WHEN 'province'
    THEN '_' || lower(area_code) ELSE '' END FROM observations WHERE status = 'x'"""


class Entry(NamedTuple):
    """One row of the codebook, in one language; column "" is the table itself."""

    table: str
    column: str
    label: str
    definition: str
    unit: str

    @property
    def description(self) -> str:
        """The definition with its unit, for the column's description."""
        found = self.definition or self.label
        unit = _("Enhet: %(unit)s.", unit=self.unit) if self.unit else ""
        return f"{found} {unit}".strip()


def _(sentence: str, **variables: Any) -> str:
    return str(pm.get_plugin("language.py").gettext(sentence, **variables))


def _language() -> str:
    return str(pm.get_plugin("language.py").speaking.get())


@hookimpl
def get_metadata(datasette: Any, key: str | None) -> dict[str, Any]:
    """What codebooks and tables.yaml say of tables, in the shape of metadata.yaml."""
    if key not in {None, "databases"}:
        # Datasette asks dozens of times a page for what they have nothing to say of.
        return {}
    # Once an answer: Datasette asks again for each table and key.
    known = described.get({})
    if not known:
        known.update(_every_table(datasette))
    return {"databases": known}


def _every_table(datasette: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, db in datasette.databases.items():
        if db.path:
            path = Path(db.path)
            tables = _tables(name, path, _stamp(path), _language())
            # Fresh, as Datasette writes into what it is given.
            found[name] = {"tables": {table: dict(said) for table, said in tables}}
    return found


def _stamp(path: Path) -> tuple[bytes | int, ...]:
    return tuple(pm.get_plugin("consistent_reads.py").stamp(path))


@lru_cache(maxsize=8)
def _tables(
    database: str, path: Path, changed: tuple[bytes | int, ...], spoken: str
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """In the order of tables.yaml; those it does not name last, by year and with usual facets."""
    shown = TABLES.get(database, {})
    found: dict[str, Any] = {t: {"columns": {}, "column_labels": {}, **shown[t]} for t in shown}
    for table in found.values() if spoken == "en" else ():
        if "label_column" in table:
            table["label_column"] = table["label_column"].replace("_sv", "_en")
    for entry in _entries(path, spoken):
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


def _entries(path: Path, spoken: str) -> tuple[Entry, ...]:
    with closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
        return tuple(Entry(*row) for row in _rows(connection, QUERY.replace("_sv", f"_{spoken}")))


class Facts(NamedTuple):
    """What cells of one database need: signs, names of areas, hidden cells of the trend.

    Beside them what stands in an empty cell, and the language, "sv" or "en".
    """

    statuses: Mapping[str, tuple[str, str]]
    areas: Mapping[str, str]
    hidden_in_trend: frozenset[tuple[int, str]]
    hidden: Markup
    missing: Markup
    spoken: str


# A page has thousands of cells, and asks once for each database whether its file has changed.
asked: ContextVar[dict[str, Facts]] = ContextVar("asked")
described: ContextVar[dict[str, Any]] = ContextVar("described")


# Innermost, as an answer that met a new release is made anew.
@hookimpl(tryfirst=True)
def asgi_wrapper() -> Callable[[App], App]:
    """Let the cells of one answer share what is read for them."""
    return lambda app: partial(_sharing, app)


async def _sharing(app: App, scope: Any, receive: Any, send: Any) -> None:
    asked.set({})
    described.set({})
    await app(scope, receive, send)


def facts_of(datasette: Any, database: str) -> Facts:
    """The facts of a database, read anew when its file has changed since the last answer."""
    known = asked.get()
    if database not in known:
        path, spoken = datasette.get_database(database).path, _language()
        found = _facts(Path(path), _stamp(Path(path)), spoken) if path else None
        known[database] = found or Facts({}, {}, frozenset(), *_empty(), spoken)
    return known[database]


def _empty() -> tuple[Markup, Markup]:
    return CROSS.format(_("dolt")), DASH.format(_("uppgift saknas"))


@lru_cache(maxsize=8)
def _facts(path: Path, changed: tuple[bytes | int, ...], spoken: str) -> Facts:
    with closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
        signs = _rows(connection, f"SELECT code, symbol, label_{spoken} FROM statuses")
        return Facts(
            {code: (symbol, label) for code, symbol, label in signs},
            dict(_rows(connection, "SELECT area_code, name FROM areas")),
            frozenset((y, c) for y, c in _rows(connection, HIDDEN_IN_TREND)),
            *_empty(),
            spoken,
        )


def _rows(connection: sqlite3.Connection, sql: str) -> Sequence[Any]:
    try:
        return connection.execute(sql).fetchall()
    except sqlite3.OperationalError:
        # The two databases do not have the same tables, and one without a release has none.
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
        return facts.hidden if _is_hidden(facts, row, column, table) else facts.missing
    if column in AREAS and code in (areas := facts_of(datasette, "open").areas):
        return escape(areas[code])
    if table and column in LINKS:
        return _link(datasette, database, column, value)
    return _word(column, code, facts.spoken) or _amount(column, value, facts.spoken)


def _code(value: Any) -> Any:
    # Datasette hands over a foreign key with its label.
    return value["value"] if isinstance(value, dict) else value


def _signs(facts: Facts, row: Any, code: str) -> Markup:
    """Every sign of a row that has several, or the one in its status."""
    signs = str(row["signs"]) if "signs" in set(row.keys()) else ""
    every = signs if signs.startswith(code) else code
    return Markup(" ").join(_sign(c, *facts.statuses[c]) for c in every if c in facts.statuses)


@lru_cache(maxsize=100)
def _sign(code: str, symbol: str, label: str) -> Markup:
    if code == "n":
        return DASH.format(label)
    return SIGN.format(CHIP_LOOKS.get(code, ""), symbol, label)


def _is_hidden(facts: Facts, row: Any, column: str, table: str | None) -> bool:
    """Whether an empty cell is empty because it is protected, not because nothing is known.

    Beside a figure kept from an earlier release (k) what would be calculated from it is empty.
    """
    if table == "trend":
        return (row["year"], column) in facts.hidden_in_trend
    if table and column != "value":
        return False
    return any(_code(row[name]) in ("x", "k") for name in STATUS_COLUMNS & set(row.keys()))


def _word(column: str, code: Any, spoken: str) -> Markup | None:
    words = WORDS.get(column, {}).get(code)
    return None if words is None else escape(words[spoken == "en"])


def _link(datasette: Any, database: str, column: str, value: Any) -> Markup:
    """A key as a link to its row, by its name where that is short."""
    code = str(_code(value))
    words = value["label"] if isinstance(value, dict) and column != "source" else code
    return _anchor(datasette.urls.table(database, LINKS[column]), code, words)


@lru_cache(maxsize=1000)
def _anchor(table: str, code: str, words: str) -> Markup:
    return Markup('<a href="{}/{}">{}</a>').format(table, tilde_encode(code), words)


def _amount(column: str, value: Any, spoken: str) -> Markup | None:
    """A number as it is written in Swedish (1 257, −18, 62,5) or English (1,257, −18, 62.5)."""
    if not isinstance(value, (int, float)) or column in NAMES:
        return None
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    return escape(f"{whole:,}".translate(WRITTEN[spoken]))
