"""The texts that lie beside a release's data: how to cite, what is in it, what changed."""

import re
from typing import Any, NamedTuple

from survey_data import clock
from survey_data.geography import COUNTY
from survey_data.statistics.published_tables import Content

TITLE_SV = f"Arbetsintegrerande sociala företag i {COUNTY.name}"
TITLE_EN = f"Work-integrating social enterprises in {COUNTY.name}"
KINDS = {
    "final": ("slutlig", "final"),
    "preliminary": ("preliminär", "preliminary"),
    "revised": ("rättad", "revised"),
}
EXAMPLES = ("Någon siffra bygger på påhittade exempelföretag.",
            "Some figure rests on fictitious example enterprises.")  # fmt: skip
MOST_CHANGES = 40


class ChapterName(NamedTuple):
    """What a chapter is called; `is_of_a_year`: one is written for each year."""

    sv: str
    en: str
    is_of_a_year: bool = False


# What only a person can say in the report, in its order.
CHAPTERS = {
    "subtitle": ChapterName("Underrubrik", "Subtitle"),
    "summary": ChapterName("Sammanfattning", "Summary"),
    "background": ChapterName("Bakgrund", "Background"),
    "assignment": ChapterName("Uppdrag och målgrupp", "Assignment and target group"),
    "parties": ChapterName("Parter", "Parties"),
    "aims": ChapterName("Mål", "Aims"),
    "outcomes": ChapterName("Utfall", "Outcome"),
    "work": ChapterName("Så arbetade vi", "How we worked"),
    "done": ChapterName("Vad som gjordes", "What was done", is_of_a_year=True),
    "places": ChapterName("Handledarstödda platser", "Supervised places"),
    "municipalities": ChapterName("Kommunerna: vad vi ser", "The municipalities: what we see"),
    "analysis": ChapterName("Analys", "Analysis"),
    "conclusions": ChapterName("Slutsatser", "Conclusions"),
    "now": ChapterName("Vad nu?", "What now?"),
}
# A figure in a chapter is written as its name, its year and perhaps its province: it is looked up
# in the release that the chapter stands in, and so never differs from the charts beside it.
FIGURE = re.compile(r"\{(?P<name>[^{}\d]+?) (?P<year>\d{4})(?: (?P<area>[^{}\d]+))?\}")
README = """# {title_sv}, utgåva {id} ({kind_sv})

{title_en}, release {id} ({kind_en}).

{examples}- Publicerad / published: {day}
- Räknedag / reference date: {reference}
- Svar / responses: {responses}
- Senast ändrad / last updated: {day}. En utgåva ändras aldrig / a release never changes.
- Utgivare / publisher: {publisher}, {email}, {phone}
- Licens / licence: CC0 1.0, {licence}
- Adress / address: {address}

## Så citerar du / How to cite

{citation}

## Vad som finns här / What is here

| fil / file | |
|---|---|
| `observations.csv` | årets och tidigare års siffror / the figures, all years |
| `editions.csv`, `revisions.csv` | alla utgåvor, vad som rättats / all releases, revisions |
| övriga / other `.csv` | en fil för varje tabell i databasen / one for each table |
| `.parquet` | samma tabeller med datatyper / the same tables with types |
| `data.xlsx` | siffror, kolumner och noter i Excel / data, columns and notes |
| `data.json` | allt i en fil / everything in one file |
| `observations.sv.json-stat.json`, `.en.` | JSON-stat 2 |
| `open.db` | SQLite: `datasette serve -i open.db` |
| `datapackage.json` | Data Package 2.0: fält, typer, nycklar / fields, types, keys |
| `codebook.json`, `quality.json` | kodbok, kvalitet / codebook, quality declaration |
| `data.zip` | CSV-filerna och beskrivningarna / the CSV files and their descriptions |
| `SHA256SUMS` | `sha256sum -c SHA256SUMS` |

Varje värde har en status bredvid sig. Ett tomt värde är alltid dolt (x), aldrig noll.
Every value has a status beside it. An empty value is always hidden (x), never zero.

{statuses}

Tecken kan gälla tillsammans. `signs` har alla, det mest osäkra först; `status` är det första.
Signs can hold together. `signs` has them all, the most doubtful first; `status` is the first.

I CSV står en apostrof före en text som ett kalkylprogram annars skulle räkna.
In CSV an apostrophe stands before a text that a spreadsheet would calculate.
"""


def citation(content: Content, language: str = "sv") -> str:
    """How to cite the release."""
    release, publisher = content.release, content.publisher
    year = clock.local(release["published_at"]).year
    kind = KINDS[release["kind"]][language == "en"]
    title, word = (TITLE_EN, "release") if language == "en" else (TITLE_SV, "utgåva")
    address = f"{publisher['address']}/oppna-data/{release['id']}/"
    return f"{publisher['name']} ({year}). {title}, {word} {release['id']} ({kind}). {address}"


def citations(content: Content) -> str:
    """How to cite it in both languages, and that it is made of examples where it is."""
    lines = [citation(content), citation(content, "en")]
    return "\n".join([*lines, *(EXAMPLES if content.release["includes_examples"] else ()), ""])


def answered(n: int | None, of: int | None) -> tuple[str, str]:
    """How many of a year's enterprises answered, in both languages."""
    return f"{n} av {of} företag svarade.", f"{n} of {of} enterprises answered."


def _responses(content: Content) -> str:
    """The latest year with a known number of answers, in both languages; a dash without one."""
    known = [c for c in content.records("coverage") if c["asked"] is not None]
    if not known:
        return "–"
    last = max(known, key=lambda c: c["year"])
    return f"{last['year']}: {' / '.join(answered(last['answered'], last['asked']))}"


def readme(content: Content) -> str:
    """What is in the folder, in both languages."""
    release, publisher = content.release, content.publisher
    days = sorted(c["reference_date"] for c in content.records("coverage") if c["reference_date"])
    kind = KINDS[release["kind"]]
    return README.format(
        title_sv=TITLE_SV,
        title_en=TITLE_EN,
        id=release["id"],
        kind_sv=kind[0],
        kind_en=kind[1],
        examples=f"**{' / '.join(EXAMPLES)}**\n\n" if release["includes_examples"] else "",
        day=clock.date_of(release["published_at"]).isoformat(),
        reference=days[-1] if days else "–",
        responses=_responses(content),
        publisher=publisher["name"],
        email=publisher["email"],
        phone=publisher["phone"],
        licence=publisher["licence"],
        address=f"{publisher['address']}/oppna-data/{release['id']}/",
        citation=f"{citation(content)}\n\n{citation(content, 'en')}",
        statuses="\n".join(
            f"- {s['code']}: {s['explanation_sv']} / {s['explanation_en']}"
            for s in content.records("statuses")
        ),
    )


def changelog(content: Content) -> str:
    """Every release so far, the newest first, with what it revised, why and by how much."""
    revisions = content.records("revisions")
    found = sorted(content.records("releases"), key=lambda r: -r["position"])
    parts = [_entry(each, [r for r in revisions if r["release"] == each["id"]]) for each in found]
    return "# Utgåvor / Releases\n\n" + "\n".join(parts)


def _entry(release: dict[str, Any], revised: list[dict[str, Any]]) -> str:
    kind = " / ".join(KINDS[release["kind"]])
    day = clock.date_of(release["published_at"]).isoformat()
    lines = [f"## {release['id']} – {day} – {kind}", ""]
    lines += [note for note in (release["note_sv"], release["note_en"]) if note]
    kept = sum(each["status"] == "k" for each in revised)
    lines.append(f"Rättade värden / values revised: {len(revised) - kept}")
    if kept:
        lines.append(f"Kvar från tidigare utgåva / kept from an earlier release: {kept}")
    lines += [_revised(each) for each in revised[:MOST_CHANGES]]
    if len(revised) > MOST_CHANGES:
        lines.append("- … (revisions.csv)")
    return "\n".join(lines) + "\n"


def _revised(each: dict[str, Any]) -> str:
    before, now = ("x" if each[name] is None else each[name] for name in ("value_before", "value"))
    where = f"{each['year']} {each['area_code']} {each['indicator']}"
    return f"- {where}: {before} ({each['status_before']}) → {now} ({each['status']})"
