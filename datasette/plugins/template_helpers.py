"""What the pages need beyond what Datasette gives them."""

import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date
from datasette import hookimpl
from datasette.plugins import pm
from datasette.utils import path_with_removed_args, sqlite3
from markupsafe import Markup, escape

PAGE_SIZE = 50
# An empty cell as Datasette writes it, and how many letters take a narrow window's whole width.
BLANK, LONG = "&nbsp;", 30
KEYWORDS = (
    *("SELECT", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "JOIN", "LEFT", "DISTINCT"),
    *("CASE", "WHEN", "THEN", "ELSE", "BETWEEN", "LIKE", "count", "sum", "round", "coalesce"),
)
# How an answer came in, beside what was answered.
LATE = {"is_example", "version", "mode", "language", "handed_in_at", "edited", "import_line"}


@hookimpl
def extra_template_vars(
    datasette: Any, database: str | None, request: Any
) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Release, signs, words and small tools for the templates."""

    async def found() -> dict[str, Any]:
        known = _content(datasette, "open")
        return {
            "county": _county(known),
            "signed_in": request.actor if request else None,
            "sign_out_token": request.scope.get("sign_out_token", "") if request else "",
            "demo_day": request.scope.get("demo_days", {}).get(_language(), "") if request else "",
            "release": _release(known),
            "statuses": known.statuses,
            "example_data": _content(datasette, database or "open").has_examples,
            "areas": {area["area_code"]: area["name"] for area in known.areas},
            "operators": _words()["operator"],
            "chip_looks": pm.get_plugin("tables_and_cells.py").CHIP_LOOKS,
            "amounts": lambda columns, rows: amounts(columns, rows) - _words().keys(),
            "cell_of": lambda *cell: Markup(_cell(*cell)),  # noqa: S704
            "body_of": body_of,
            "row_href": row_href,
            "leads_to": lambda row: leads_to(database, row),
            "late_last": late_last,
            "is_shown": is_shown,
            "asked_for": lambda pairs: asked_for(datasette, request, pairs),
            "heading": heading,
            "names_in": lambda name: names_in(datasette, name),
            "in_code": lambda url: in_code(datasette, request, database, url),
            "options": lambda wanted: options(datasette, database, wanted),
            "first_page": first_page,
            "page_of": lambda rows: page_of(rows, request.args.get("_sida", "")),
            "contents": lambda name: contents(datasette, name, request.actor),
        }

    return found


def _(sentence: str, **variables: Any) -> str:
    return str(pm.get_plugin("language.py").gettext(sentence, **variables))


def _words() -> dict[str, Any]:
    found: dict[str, Any] = pm.get_plugin("language.py").WORDS
    return found


def _language() -> str:
    return str(pm.get_plugin("language.py").speaking.get())


def _content(datasette: Any, name: str) -> Any:
    return pm.get_plugin("consistent_reads.py").content(datasette, name)


def _county(known: Any) -> str:
    """The county's name as it stands in a sentence: of Gävleborgs län, Gävleborg."""
    names = (area["name"] for area in known.areas if area["area_type"] == "county")
    return str(next(names, "")).removesuffix(" län").removesuffix("s")


def _release(known: Any) -> dict[str, Any]:
    if not known.release:
        return {}
    release = dict(known.release[0])
    day = datetime.fromisoformat(release["published_at"]).astimezone(ZoneInfo("Europe/Stockholm"))
    release["date"] = format_date(day, "d MMMM y", {"sv": "sv", "en": "en_GB"}[_language()])
    release["kind_in_words"] = word("kind", release["kind"])
    for publisher in known.publisher:
        release["publisher"] = publisher["name"]
        release["citation"] = _citation(release, publisher, day.year, _county(known))
    return release


def _citation(release: dict[str, Any], publisher: Any, year: int, county: str) -> str:
    # As in the release's own CITATION.txt.
    return (
        f"{publisher['name']} ({year}). "
        + _("Arbetsintegrerande sociala företag i %(county)s, utgåva", county=county)
        + f" {release['id']} ({release['kind_in_words']})."
        f" {publisher['address']}/oppna-data/{release['id']}/"
    )


def amounts(columns: Iterable[str], rows: Iterable[Any]) -> set[str]:
    """The columns that hold amounts, to stand right-aligned."""
    rows, names = list(rows), pm.get_plugin("tables_and_cells.py").NAMES
    found = set()
    for column in (column for column in columns if column not in names):
        known = [row[column] for row in rows if row[column] is not None]
        if known and all(isinstance(value, (int, float)) for value in known):
            found.add(column)
    return found


def body_of(heads: Iterable[tuple[str, bool]], rows: Iterable[Iterable[Any]]) -> Markup:
    """The rows of a table; a head is what it is called and whether it holds amounts.

    Written here, not in a template: a page has some thousand cells.
    """
    heads = list(heads)
    cells = (
        "".join(_cell(*head, cell) for head, cell in zip(heads, row, strict=True)) for row in rows
    )
    return Markup("\n".join(f'<tr role="row">{row}</tr>' for row in cells))  # noqa: S704


def _cell(head: str, is_amount: bool, content: Any) -> str:
    """One cell of a table: named for narrow windows, and set by what is in it."""
    text, look = str(content), ""
    if is_amount:
        look = "number amount"
    elif text.strip() in ("", BLANK):
        look = "drop-empty"
    elif len(text) > LONG and _is_long(text):
        look = "full"
    shown = "" if text == BLANK else escape(content)
    return f'<td role="cell" data-label="{escape(head)}" class="{look}">{shown}</td>'


@lru_cache(maxsize=1000)
def _is_long(text: str) -> bool:
    return len(Markup(text).striptags()) > LONG  # noqa: S704


class Page(NamedTuple):
    """One page of the rows at hand; `first` and `last` count from 1."""

    number: int
    pages: int
    first: int
    last: int


def page_of(rows: int, wanted: str) -> Page:
    """The wanted page of so many rows, or the nearest there is.

    Datasette's own pages lose rows when sorted falling by the first column of a key, so it is
    asked for everything and the pages are made here.
    """
    count = max(1, -(-rows // PAGE_SIZE))
    number = min(max(1, int(wanted) if wanted.isdecimal() else 1), count)
    return Page(number, count, (number - 1) * PAGE_SIZE + 1, min(number * PAGE_SIZE, rows))


def first_page(url: str) -> str:
    """The same address, on its first page."""
    return re.sub(r"[?&]_sida=[^&]*$|_sida=[^&]*&", "", url)


def row_href(cell: Any) -> str:
    """The address of a row, out of the link that Datasette made of its key."""
    link = re.search(r'href="([^"]+)"', str(cell))
    return link[1] if link else ""


def leads_to(database: str | None, row: Any) -> dict[str, str]:
    """Where a figure's definition and chart are; empty where the row is none of an indicator."""
    found = {cell["column"]: cell["raw"] for cell in row.cells}
    if database != "open" or not found.get("indicator"):
        return {}
    asked = {"matt": found["indicator"]}
    asked |= {"omrade": found["area_code"]} if found.get("area_code") else {}
    return {
        "meaning": f"/oppna-data/latest/kodbok#{found['indicator']}",
        "chart": f"/rapport/utforska?{urlencode(asked)}",
    }


def late_last(cells: Iterable[Any], name: str) -> list[Any]:
    """Columns or cells, those on how an answer came in after what was answered."""
    return sorted(cells, key=lambda cell: cell[name] in LATE)


def is_shown(name: str, columns: Iterable[str]) -> bool:
    """Whether a column has a place: not where it says what another does, or nothing."""
    if name == "rowid":
        return False
    if _language() == "en":
        stem = name.removesuffix("_sv")
        return name != "signs" and (name.endswith("_en") or f"{stem}_en" not in columns)
    return name != "signs" and not name.endswith("_en")


def asked_for(
    datasette: Any, request: Any, pairs: Iterable[tuple[str, str]]
) -> list[dict[str, str]]:
    """The filters in force: key, column, the operator in words, value, and how to remove it."""
    found = []
    for key, value in pairs:
        column, _, operator = key.partition("__")
        without = path_with_removed_args(request, {key: value})
        words = word("operator", operator or "exact")
        found.append({"key": key, "column": column, "operator": words, "value": value,
                      "without": without})  # fmt: skip
    return found


def word(column: str, code: Any) -> str:
    """A code in words where words.yaml has them, or the code itself."""
    return str(pm.get_plugin("language.py").word(column, code))


def names_in(datasette: Any, database: str | None) -> str:
    """What SQL may be written with: the words of a query, and names of tables and columns."""
    tables = datasette.metadata("databases").get(database or "open", {}).get("tables", {})
    columns = {column for known in tables.values() for column in known.get("columns", ())}
    return " ".join((*KEYWORDS, *sorted({*tables, *columns})))


def in_code(
    datasette: Any, request: Any, database: str | None, url_csv: str
) -> list[tuple[str, str]]:
    """The address of a view's whole CSV, and how a program reads it."""
    url = datasette.absolute_url(request, re.sub(r"_size=max&?", "", url_csv).rstrip("?&"))
    if _language() == "en":
        url += f"{'&' if '?' in url else '?'}lang=en"
    if database != "open":
        url = f"asf-{request.url_vars.get('table', 'svar')}.csv"
    address = [(_("Adress"), url)] if database == "open" else []
    python = f'import pandas as pd\n\ndata = pd.read_csv("{url}")'
    return [*address, ("Python", python), ("R", f'data <- read.csv("{url}")')]


def heading(column: str, metadata: dict[str, Any]) -> str:
    """What a ready question's column is called on the page; in files it keeps its name."""
    own = (metadata.get("headings_en") or {}) if _language() == "en" else {}
    return str(own.get(column) or word("heading", column))


async def options(
    datasette: Any, database: str | None, wanted: dict[str, str]
) -> list[tuple[str, str]]:
    """What a ready question's field offers: (value, words)."""
    sql = wanted["options"]
    if _language() == "en":
        sql = pm.get_plugin("language.py").in_english(sql)
    if (database or "open") not in datasette.databases:
        return []
    try:
        asked = datasette.get_database(database or "open").execute(sql, log_sql_errors=False)
        rows = (await asked).rows
    except sqlite3.OperationalError:
        # Nothing has been published yet, or the two databases differ.
        return []
    return [(str(v), word(wanted.get("words", ""), label)) for v, label in rows]


async def contents(datasette: Any, name: str, actor: Any) -> dict[str, Any]:
    """A database's ready questions and its tables with descriptions and row counts."""
    found = datasette.metadata("databases")[name]
    counts = _content(datasette, name).counts
    tables = [
        {
            "name": table,
            "title": words.get("title", table),
            "description": words.get("description", ""),
            "count": counts[table],
        }
        for table, words in found.get("tables", {}).items()
        if table in counts and not words.get("hidden")
    ]
    # Before the first release there is nothing to ask.
    queries = (await datasette.get_canned_queries(name, actor)).values() if tables else ()
    return {**found, "name": name, "tables": tables, "queries": list(queries)}
