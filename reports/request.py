"""What a request asks of the published figures: which file, which language, how long to keep."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from flask import Response, current_app, request
from flask_babel import get_locale

from reports.charts.card import ChartCard
from reports.charts.cards import cards
from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.data.reader import read

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


def _file() -> tuple[str, int, int]:
    """The open file and what changes with each release: when it was written, and its size."""
    path = Path(current_app.config["OPEN_DB"])
    if not path.exists():
        return str(path), 0, 0
    found = path.stat()
    return str(path), found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
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


def let_readers_keep_it(response: Response) -> Response:
    """Browsers may keep a page but must ask whether a new release has changed it."""
    if response.status_code == 200 and not response.direct_passthrough:
        response.headers.setdefault("Cache-Control", "no-cache")
        response.vary.update(("Cookie", "Accept-Language"))
        response.add_etag()
        response.make_conditional(request)
    return response
