"""`python -m forms.translations [update]`: compile the catalogue, after merging if asked to.

The sentences are taken from the sources, merged into the catalogue's file, and compiled.
"""

import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
SOURCES = ("forms", "reports", "datasette")
# In a class a sentence is handed to `lazy_gettext`, which looks it up when it is shown.
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None}
# Babel's own header holds dates and versions, which would change with every update.
HEADER = """\
# What the product says in English. The sentences come from the templates and the code:
#   python -m forms.translations update
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def catalogues(folder: Path = FOLDER) -> list[Path]:
    """Every .po file of a folder of translations."""
    return sorted(folder.glob("*/LC_MESSAGES/*.po"))


def read(po: Path) -> Catalog:
    """A catalogue as it stands in its file."""
    with po.open("rb") as source:
        return read_po(source, locale=po.parts[-3])


def extract(root: Path = ROOT) -> Catalog:
    """Every sentence that templates and code hand to gettext."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog()
    for source in SOURCES:
        sentences = extract_from_dir(root / source, methods, options, KEYWORDS)
        for _, _, sentence, _, context in sentences:
            found.add(sentence, context=context)
    return found


def update(folder: Path = FOLDER) -> list[str]:
    """Merge the sources' sentences into each .po; returns those that wait for a translation."""
    found, waiting = extract(), list[str]()
    for po in catalogues(folder):
        known = read(po)
        # A guess from a sentence that looks alike is worse than an empty line.
        known.update(found, no_fuzzy_matching=True)
        write(known, po)
        waiting += [
            str(message.id) for message in known if message.id and not any(message.string or "")
        ]
    return waiting


def write(catalogue: Catalog, po: Path) -> None:
    """Write a catalogue, sorted and without what would change from one day to the next."""
    language = str(catalogue.locale)
    header = HEADER.format(language=language, plural_forms=catalogue.plural_forms)
    with po.open("wb") as target:
        target.write(header.encode())
        write_po(target, catalogue, no_location=True, omit_header=True, sort_output=True,
                 ignore_obsolete=True)  # fmt: skip


def compile_catalogues(folder: Path = FOLDER) -> None:
    """Write a .mo beside each .po that has none, or an older one."""
    for po in catalogues(folder):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            _write_mo(read(po), mo)


def _write_mo(catalogue: Catalog, mo: Path) -> None:
    # A server or another test run may be reading the old one: it is replaced whole.
    fresh = mo.with_name(f"{mo.name}.{os.getpid()}")
    with fresh.open("wb") as target:
        write_mo(target, catalogue)
    fresh.replace(mo)


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        for sentence in update():
            sys.stdout.write(f"Needs its English: {sentence}\n")
    compile_catalogues()
