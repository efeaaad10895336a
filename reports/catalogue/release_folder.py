"""What lies in the folder of releases, read once each: a numbered release never changes."""

import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from survey_data import clock
from survey_data.geography import COUNTY
from survey_data.releases import archive, texts
from survey_data.releases.archive import Kept, Withdrawal
from survey_data.releases.files import media_type
from survey_data.statistics.published_tables import Content, read

# The files most people want, in the order that a page offers them.
FIRST = (
    "data.xlsx", "observations.csv", "data.json", "observations.sv.json-stat.json",
    "observations.en.json-stat.json", "open.db", "observations.parquet", "data.zip",
)  # fmt: skip
TITLE = {"sv": texts.TITLE_SV, "en": texts.TITLE_EN}
ABOUT = {
    "sv": "Företag, anställda och placerade i arbetsintegrerande sociala företag i"
    f" {COUNTY.official_name},"
    " år för år. Skyddade summor, fria att använda.",
    "en": "Enterprises, employees and persons placed in work-integrating social enterprises in the"
    f" county of {COUNTY.name}, year by year. Protected totals, free to use.",
}


@dataclass(frozen=True)
class ReleaseFolder:
    """One release: its content, its files and how to cite it."""

    content: Content
    files: tuple[Kept, ...]

    @property
    def id(self) -> str:
        """Its number, as "2020-1"."""
        return str(self.content.release["id"])

    @property
    def about(self) -> dict[str, Any]:
        """Its one row in the table of releases: id, published_at, kind, notes in both languages."""
        return self.content.release

    @property
    def publisher(self) -> dict[str, Any]:
        """Who publishes it."""
        return self.content.publisher

    @property
    def published(self) -> Any:
        """The day it was published, in Sweden."""
        return clock.date_of(self.about["published_at"])

    @property
    def years(self) -> tuple[int, int]:
        """The first and last year with figures: of the country alone, where it has no others."""
        found = self.content.records("observations") or self.content.records("national")
        years = [int(year) for row in found for year in str(row["year"]).split("-")]
        return min(years), max(years)

    @property
    def revised(self) -> list[dict[str, Any]]:
        """The figures that this release changed."""
        found = self.content.records("revisions")
        return [row for row in found if row["release"] == self.id]

    @property
    def kept(self) -> list[dict[str, Any]]:
        """Those of them that stand as in an earlier release, as a change cannot be shown."""
        return [row for row in self.revised if row["status"] == "k"]

    def file(self, name: str) -> Kept | None:
        """One file by its name; None where the release has no such file."""
        return next((file for file in self.files if file.name == name), None)

    @property
    def first_files(self) -> list[Kept]:
        """The files most people want, in the order that a page offers them."""
        return [file for name in FIRST if (file := self.file(name))]

    @property
    def other_files(self) -> list[Kept]:
        """All the others."""
        return [file for file in self.files if file.name not in FIRST]

    def citation(self, language: str) -> str:
        """The sentence to cite it with."""
        return texts.citation(self.content, language)


def numbers(folder: Path) -> list[str]:
    """Every release that stands and is whole, newest first."""
    return [number for number in archive.standing(folder) if _is_whole(folder, number)]


def _is_whole(folder: Path, number: str) -> bool:
    try:
        release(folder, number)
    except (OSError, ValueError, sqlite3.DatabaseError):
        return False
    return True


def withdrawn(folder: Path) -> list[Withdrawal]:
    """The releases that were published by mistake, newest first."""
    found = (archive.withdrawal(folder, number) for number in archive.numbers(folder))
    return [each for each in found if each]


@lru_cache(maxsize=64)
def release(folder: Path, number: str) -> ReleaseFolder:
    """One release, read once; its number must be one of `numbers`."""
    return ReleaseFolder(read(folder / number / "open.db"), tuple(archive.kept(folder, number)))


def every(folder: Path) -> list[ReleaseFolder]:
    """All releases, newest first."""
    return [release(folder, number) for number in numbers(folder)]


def described(release: ReleaseFolder, language: str) -> str:
    """What is in it, and that it is made of examples where it is."""
    examples = texts.EXAMPLES[language == "en"]
    return (
        f"{ABOUT[language]} {examples}" if release.about["includes_examples"] else ABOUT[language]
    )


def json_ld(release: ReleaseFolder, base: str, language: str) -> dict[str, Any]:
    """The release as a schema.org Dataset."""
    address = f"{base}/oppna-data/{release.id}/"
    first, last = release.years
    publisher = release.publisher
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": address,
        "url": address,
        "name": TITLE[language],
        "description": described(release, language),
        "inLanguage": ["sv", "en"],
        "version": release.id,
        "datePublished": release.published.isoformat(),
        "license": publisher["licence"],
        "isAccessibleForFree": True,
        "temporalCoverage": f"{first}/{last}",
        "spatialCoverage": {"@type": "Place", "name": COUNTY.official_name},
        "creator": {"@type": "Organization", "name": publisher["name"]},
        "variableMeasured": [i[f"label_{language}"] for i in release.content.records("indicators")],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "contentUrl": f"{address}{file.name}",
                "encodingFormat": media_type(file.name),
                "contentSize": f"{file.size} B",
                "sha256": file.checksum,
            }
            for file in release.first_files
        ],
    }
