"""Copy what the browser and the documents need from node_modules (`python -m reports.assets`)."""

import gzip
import re
import sys
from io import BytesIO
from pathlib import Path

import click
from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "forms" / "static" / "vendor"
FONTS = ROOT / "survey_data" / "typesetting" / "fonts"
PLOTLY = "plotly.js-basic-dist-min/plotly-basic.min.js"
FONT = "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2"
# What Swedish and English pages are written with; another letter falls back to the system's.
LETTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "åäöÅÄÖéÉèÈüÜæÆøØáàâíóôúñçëêïß§°%·×½«»–—’‘”“…•−≈≥≤←→↑↓\u00a0\u00ad\u202f"
)

RULES = re.compile(r"=\{(\"X,X div\":.*?)\}[,;]", re.DOTALL)
RULE = re.compile(r"\"((?:[^\"\\]|\\.)*)\":(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')")

# Documents want whole typefaces, one file a weight: a browser's woff2 cannot be typeset from.
PRINTED = tuple(f"source-sans/TTF/SourceSans3-{weight}.ttf" for weight in ("Regular", "Semibold"))


class RulesNotFound(Exception):
    """The bundle no longer carries plotly's style rules where we look for them."""


def plotly_css(bundle: str) -> str:
    """The style sheet that plotly would inject inline, which our content policy forbids.

    Raises `RulesNotFound` rather than returning half a style sheet: without it
    chart labels land outside their charts, and nobody would know why.
    """
    found = RULES.search(bundle)
    rules = RULE.findall(found.group(1)) if found else []
    if len(rules) < 20:
        raise RulesNotFound(f"{len(rules)} style rules found in {PLOTLY}; expected 20 or more")
    return "".join(f"{_selector(key)}{{{double or single}}}\n" for key, double, single in rules)


def _selector(key: str) -> str:
    """plotly writes X for its own root element and Y for its notifier."""
    parts = (part.strip() for part in key.split(","))
    named = (re.sub(r"\bX\b", ".js-plotly-plot .plotly", part) for part in parts)
    return ", ".join(re.sub(r"\bY\b", ".plotly-notifier", part) for part in named)


def lighter(typeface: bytes) -> bytes:
    """The variable typeface as WOFF2 with our letters and their kerning only: half the bytes."""
    options = subset.Options(hinting=False, notdef_outline=True, flavor="woff2")
    options.layout_features = ["kern", "ccmp", "mark"]
    chosen = subset.Subsetter(options)
    chosen.populate(text=LETTERS)
    font = TTFont(BytesIO(typeface), recalcTimestamp=False)
    chosen.subset(font)
    font.flavor, written = "woff2", BytesIO()
    font.save(written)
    return written.getvalue()


def copy_assets(node_modules: Path, vendor: Path) -> list[Path]:
    """Write the chart library, its style sheet and the typeface, with .gz siblings."""
    bundle = (node_modules / PLOTLY).read_bytes()
    files = {
        "plotly-basic.min.js": bundle,
        "plotly.css": plotly_css(bundle.decode()).encode(),
        "source-sans-3.woff2": lighter((node_modules / FONT).read_bytes()),
    }
    vendor.mkdir(parents=True, exist_ok=True)
    return [_write(vendor / name, content) for name, content in files.items()]


def copy_fonts(node_modules: Path, fonts: Path) -> list[Path]:
    """Write the typeface that documents are set in."""
    fonts.mkdir(parents=True, exist_ok=True)
    files = (node_modules / name for name in PRINTED)
    return [_write(fonts / file.name, file.read_bytes()) for file in files]


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    if path.suffix in (".js", ".css"):  # a woff2 is compressed already
        # mtime=0: the same input gives the same file, so a rerun changes nothing.
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    return path


def main() -> int:
    """Copy the assets, or say what is missing and how to get it."""
    try:
        modules = ROOT / "node_modules"
        written = [*copy_assets(modules, VENDOR), *copy_fonts(modules, FONTS)]
    except FileNotFoundError as error:
        click.echo(f"Missing: {error.filename}. Run `npm ci` first.", err=True)
        return 1
    except RulesNotFound as error:
        click.echo(error, err=True)
        return 1
    for path in written:
        click.echo(f"{path.relative_to(ROOT)} {path.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
