"""What lies beside a year's microdata: a README in each language."""

from __future__ import annotations

from survey_data import clock
from survey_data.releases.content import Content
from survey_data.releases.files import SUMS
from survey_data.releases.texts import TITLE_EN, TITLE_SV

README = {
    "sv": """# {title} {year}: mikrodata

Svaren från varje företag i omgången {year}, så som de stod i utgåva {release}
({published}). {answered} av {invited} inbjudna företag har svarat.{examples}

**Varsamt.** Uppgifterna gäller enskilda företag. Sprid dem inte vidare, spara dem inte längre än
du behöver dem och publicera inga tal som kan peka ut ett företag. Öppna siffror finns i
öppna data. Varje hämtning skrivs i en logg.

Här finns inga kontaktuppgifter, inga länkar, inga utkast och ingen fritext som ingen har läst och
funnit fri från namn.

## Filer

| fil | rader | innehåll |
|---|---|---|
{files}
| `datapackage.json` | | Data Package 2.0: fält, typer, nycklar |
| `{sums}` | | kontrollsummor |

## Läsa filerna

- CSV i UTF-8 med komma mellan fälten och rubriker på första raden. Tomt fält: uppgift saknas.
- En fråga med flera val står som en lista i JSON: `["a", "b"]`.
- `answers` har värdena så som de gäller efter granskningen, `answers_raw` så som de lämnades in.
  Skillnaden står rad för rad i `edits`. Rättad fritext visas bara i rättad form.
- Nyckeln `enterprise_id` hör ihop med `id` i `enterprises`. `enterprises` har också dem som inte
  svarade, så att bortfallet går att se.
- Frågornas ordalydelse står i `questions.csv`, varje kolumn förklaras i `codebook.csv`.
- Står en apostrof först i en text är det för att ett kalkylprogram annars skulle räkna den.
""",
    "en": """# {title} {year}: microdata

The answers of each enterprise in the round of {year}, as they stood in release {release}
({published}). {answered} of {invited} invited enterprises have answered.{examples}

**With care.** The data are about single enterprises. Do not pass them on, keep them no longer than
you need them and publish no number that can point at one enterprise. Open figures are in
the open data. Each download is written in a log.

There are no contacts, no links, no drafts and no free text that nobody has read and found free of
names.

## Files

| file | rows | contents |
|---|---|---|
{files}
| `datapackage.json` | | Data Package 2.0: fields, types, keys |
| `{sums}` | | checksums |

## Reading the files

- CSV in UTF-8 with commas between fields and headings on the first line. An empty field: no value.
- A question with several choices is a list in JSON: `["a", "b"]`.
- `answers` has the values as they stand after the review, `answers_raw` as they were handed in.
  The difference is in `edits`, row by row. Corrected free text is shown corrected only.
- The key `enterprise_id` belongs to `id` in `enterprises`, which also has those that did not
  answer, so that the non-response can be seen.
- The wording of the questions is in `questions.csv`; each column is explained in `codebook.csv`.
- An apostrophe stands before a text that a spreadsheet would calculate otherwise.
""",
}
EXAMPLES = {
    "sv": " Företagen är påhittade exempel.",
    "en": " The enterprises are fictitious examples.",
}


def readme(content: Content, year: int, tables: list[str], language: str) -> str:
    """What is in the package; `content` has the year's rows only."""
    [asked] = content.records("rounds")
    return README[language].format(
        title=TITLE_SV if language == "sv" else TITLE_EN,
        year=year,
        release=content.release["id"],
        published=clock.local(content.release["published_at"]).date().isoformat(),
        answered=asked["answered"],
        invited=asked["invited"],
        examples=EXAMPLES[language] if asked["is_example"] else "",
        files="\n".join(_line(content, name, language) for name in tables),
        sums=SUMS,
    )


def _line(content: Content, name: str, language: str) -> str:
    said = next(
        row for row in content.records("codebook") if (row["table_name"], row["column_name"])
        == (name, "")
    )  # fmt: skip
    return f"| `{name}.csv` | {len(content.tables[name].rows)} | {said[f'definition_{language}']} |"
