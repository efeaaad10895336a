"""What a request asks of the published figures.

Which file, which language, which years and parts of a chart, and how long a page is kept.
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import brotli
from flask import Response, current_app, g, request
from flask_babel import get_locale

from reports.charts.card import ChartCard
from reports.charts.cards import PANELS, cards, charts_of
from reports.data.chart_model import Language, Part
from reports.data.model import OpenData
from reports.data.reader import read
from survey_data.releases import archive

Made = TypeVar("Made")


def published() -> OpenData:
    """Everything published, as it is at this moment."""
    return _read(*_file())


def made_once(make: Callable[..., Made], *asked: Hashable) -> Made:
    """What `make(data, *asked)` makes of the release that is published now, kept until the next."""
    made: Made = _made(*_file(), make, asked)
    return made


def published_cards(language: Language) -> list[ChartCard]:
    """Every chart that has something to show."""
    return made_once(cards, language)


def newest(make: Callable[..., Made], *asked: Hashable) -> Made:
    """The same of the newest release, on a page that shows an earlier one."""
    made: Made = _made(*_stated(Path(current_app.config["OPEN_DB"])), make, asked)
    return made


def as_known_in(opened: Path) -> None:
    """From here on this request is answered from the file of an earlier release."""
    g.open_file = opened


def _file() -> tuple[str, int, int]:
    return _stated(g.get("open_file") or Path(current_app.config["OPEN_DB"]))


def _stated(path: Path) -> tuple[str, int, int]:
    """The open file and what changes with each release: when it was written, and its size."""
    if not path.exists():
        return str(path), 0, 0
    found = path.stat()
    return str(path), found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def _read(path: str, _written: int, _size: int) -> OpenData:
    return read(path)


@lru_cache(maxsize=128)
def _made(
    path: str, written: int, size: int, make: Callable[..., Any], asked: tuple[Hashable, ...]
) -> Any:
    return make(_read(path, written, size), *asked)


def language_asked() -> Language:
    """The language of this request."""
    return "en" if str(get_locale()).startswith("en") else "sv"


@dataclass(frozen=True)
class Chosen:
    """What is chosen of a chart: of some its years and parts, of others the one year they show.

    All of its years and parts, or its latest year, where an address says nothing.
    """

    years: tuple[int, ...]
    parts: tuple[Part, ...]
    first: int
    last: int
    columns: tuple[str, ...] = ()
    is_one_year: bool = False

    @property
    def address(self) -> str:
        """The choice as the query of an address; "" for the chart as it is."""
        first = self.years[-1] if self.is_one_year else self.years[0]
        is_all = (self.first, self.last) == (first, self.years[-1])
        if is_all and len(self.columns) in (0, len(self.parts)):
            return ""
        pairs = [] if self.is_one_year else [("fran", str(self.first))]
        return urlencode([*pairs, ("till", str(self.last)), *(("del", c) for c in self.columns)])


def asked_of(key: str) -> Chosen | None:
    """What is asked of a chart; None of one that has no two years to choose between."""
    numbers = made_once(charts_of).get(key)
    if numbers is None:
        every = made_once(_years_of, key)
        return _years_asked(every, is_one_year=PANELS[key].is_one_year) if every[1:] else None
    if not numbers.years:
        return None
    known = numbers.chart.parts
    wanted = tuple(p.column for p in known if p.column in request.args.getlist("del"))
    return _years_asked(numbers.years, known, wanted)


def _years_of(data: OpenData, key: str) -> tuple[int, ...]:
    years = PANELS[key].years if key in PANELS else None
    return tuple(sorted(set(years(data)))) if years else ()


def _years_asked(
    every: tuple[int, ...],
    parts: tuple[Part, ...] = (),
    columns: tuple[str, ...] = (),
    *,
    is_one_year: bool = False,
) -> Chosen:
    last = _year("till", every, every[-1])
    first = last if is_one_year else _year("fran", every, every[0])
    first, last = min(first, last), max(first, last)
    return Chosen(every, parts, first, last, columns, is_one_year)


def _year(name: str, every: tuple[int, ...], otherwise: int) -> int:
    year = request.args.get(name, otherwise, type=int)
    return year if year in every else otherwise


def for_any_page(response: Response) -> Response:
    """Let any web page read an open file from a visitor's browser; no cookie comes with that."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def let_readers_keep_it(response: Response) -> Response:
    """Browsers may keep a page but must ask whether a new release has changed it."""
    if response.status_code == 200 and not response.direct_passthrough and not g.get("is_kept"):
        response.headers.setdefault("Cache-Control", "no-cache")
        response.vary.update(("Cookie", "Accept-Language"))
        response.add_etag()
        if (key := g.get("page_key")) and response.mimetype == "text/html":
            if len(response.get_data()) > LARGE:
                return _packed(response)
            _keep(key, response)
            return from_kept() or response
        response.make_conditional(request)
    return response


@dataclass(frozen=True)
class KeptPage:
    """A page as it was made: its body compressed in two ways, its headers and its mark."""

    bodies: Mapping[str, bytes]
    headers: tuple[tuple[str, str], ...]
    mark: str


# A county has some fifty pages in two languages; what comes on top of that is the oldest first.
MOST_KEPT = 200
# Bytes; the largest page has a third of it.
LARGE = 1_000_000
_pages: OrderedDict[Hashable, KeptPage] = OrderedDict()


def from_kept() -> Response | None:
    """The page of this address as it was made once for its release; None for one to be made.

    Nobody who is signed in gets one, and no address that asks for more than a language.
    """
    key = g.page_key = _page_key()
    kept = _pages.get(key) if key else None
    if kept is None:
        return None
    g.is_kept = True
    encoding = next((e for e in kept.bodies if request.accept_encodings.quality(e)), "")
    body = kept.bodies[encoding] if encoding else gzip.decompress(kept.bodies["gzip"])
    response = Response(body, headers=list(kept.headers))
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.vary.update(("Cookie", "Accept-Language", "Accept-Encoding"))
    response.set_etag(f"{kept.mark}:{encoding}" if encoding else kept.mark)
    response.make_conditional(request)
    return response


def _page_key() -> Hashable:
    """All that a page is made of: the release, the address, and what the frame says around it."""
    if request.method != "GET" or set(request.args) - {"lang"} or not _file()[1]:
        return None
    said: dict[str, Any] = {}
    current_app.update_template_context(said)
    if said.get("signed_in") is not None or said.get("on_trial"):
        return None
    frame = tuple(repr(said.get(name)) for name in ("association", "demo", "demo_day", "logo"))
    address = (request.host_url, request.path, request.query_string)
    return (*_file(), *address, language_asked(), frame, _editions())


def _editions() -> tuple[str, ...]:
    """The releases that a page can lead to; one that is withdrawn is no choice any more."""
    if request.blueprint not in ("board.charts", "open_data"):
        return ()
    return tuple(archive.standing(Path(current_app.config["RELEASES_DIR"])))


def _packed(response: Response) -> Response:
    """A chart with its library inside: too large to keep, and packed quickly for each who asks."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip"):
        mark, _ = response.get_etag()
        response.set_data(gzip.compress(response.get_data(), compresslevel=4, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(f"{mark}:gzip")
    response.make_conditional(request)
    return response


def _keep(key: Hashable, response: Response) -> None:
    body, (mark, _) = response.get_data(), response.get_etag()
    # The smallest first: that is what a browser which takes both is given. The last tenth that
    # brotli can save takes forty times as long, and a visitor waits for it.
    bodies = {"br": brotli.compress(body, quality=5), "gzip": gzip.compress(body, mtime=0)}
    headers = tuple((k, v) for k, v in response.headers if k not in ("Content-Length", "ETag"))
    _pages[key] = KeptPage(bodies, headers, mark or "")
    while len(_pages) > MOST_KEPT:
        _pages.popitem(last=False)
