"""The standing words of the printed report, in both languages."""

from reports.data.chart_model import Language, Words
from survey_data.releases.texts import TITLE_EN, TITLE_SV

WORDS: dict[str, dict[Language, str]] = {
    "product": {"sv": "ASF-inventeringen", "en": "The ASF inventory"},
    "title": {
        "sv": TITLE_SV,
        "en": TITLE_EN,
    },
    "subtitle": {"sv": "Rapport {}", "en": "Report {}"},
    "contents": {"sv": "Innehåll", "en": "Contents"},
    "in_brief": {"sv": "I korthet", "en": "In brief"},
    "year_by_year": {"sv": "År för år", "en": "Year by year"},
    "chart": {"sv": "Diagram", "en": "Chart"},
    "what_was_done": {
        "sv": "Vad som gjordes och vad som hände",
        "en": "What was done and what happened",
    },
    "municipalities": {"sv": "Kommunerna", "en": "The municipalities"},
    "charts": {"sv": "Utvecklingen i diagram", "en": "The development in charts"},
    "quality": {"sv": "Kvalitetsdeklaration", "en": "Quality declaration"},
    "quality_lead": {
        "sv": "Så säkra är siffrorna: vilka som har svarat, vad som inte stämmer i källan, vad"
        " som är dolt och hur varje mått är bestämt. Allt är räknat ur samma utgåva som"
        " diagrammen.",
        "en": "How sure the figures are: who answered, what does not add up in the source, what is"
        " hidden and how each measure is defined. All of it is counted from the same release as"
        " the charts.",
    },
    "answers": {"sv": "Svar och täckning", "en": "Responses and coverage"},
    "answers_text": {
        "sv": "Ett företag som inte har svarat räknas aldrig som noll. Ett streck betyder att"
        " källan inte säger det, eller att antalet är dolt.",
        "en": "An enterprise that did not answer is never counted as zero. A dash means that the"
        " source does not say, or that the number is hidden.",
    },
    "year": {"sv": "År", "en": "Year"},
    "asked": {"sv": "Tillfrågade", "en": "Asked"},
    "answered": {"sv": "Svarade", "en": "Answered"},
    "share": {"sv": "Andel, %", "en": "Share, %"},
    "reference_day": {"sv": "Räknedag", "en": "Reference date"},
    "values": {"sv": "Värden", "en": "Values"},
    "hidden": {"sv": "Dolda", "en": "Hidden"},
    "example": {"sv": "exempel", "en": "example"},
    "discrepancies": {
        "sv": "Summor som inte stämmer med sina delar",
        "en": "Totals that differ from their parts",
    },
    "discrepancies_text": {
        "sv": "Vi rättar inte på egen hand. Den angivna siffran står kvar.",
        "en": "We correct nothing on our own. The stated figure stands.",
    },
    "protection": {"sv": "Det här skyddar vi", "en": "What we protect"},
    "signs": {"sv": "Tecken vid siffrorna", "en": "Signs beside the figures"},
    "sign": {"sv": "Tecken", "en": "Sign"},
    "meaning": {"sv": "Betyder", "en": "Means"},
    "explanation": {"sv": "Förklaring", "en": "Explanation"},
    "definitions": {"sv": "Så är måtten bestämda", "en": "How the measures are defined"},
    "measure": {"sv": "Mått", "en": "Measure"},
    "unit": {"sv": "Enhet", "en": "Unit"},
    "definition": {"sv": "Definition", "en": "Definition"},
    "source": {"sv": "Källa", "en": "Source"},
    "sources": {"sv": "Källor och utgåva", "en": "Sources and release"},
    "address": {"sv": "Rapporten på webben:", "en": "The report on the web:"},
    "edition": {"sv": "Utgåva {}, {}", "en": "Release {}, {}"},
    "kind_final": {"sv": "slutlig", "en": "final"},
    "kind_preliminary": {"sv": "preliminär", "en": "preliminary"},
    "kind_revised": {"sv": "rättad", "en": "revised"},
    "why": {"sv": "Varför {}?", "en": "Why {}?"},
    "more_rows": {
        "sv": "{} rader till finns i diagrammets CSV-fil.",
        "en": "{} more rows are in the chart's CSV file.",
    },
    "under_years": {"sv": "Under åren: {}.", "en": "Below the years: {}."},
    "none_hidden": {
        "sv": "Inget av de {} publicerade värdena är dolt.",
        "en": "None of the {} published values is hidden.",
    },
    "one_hidden": {
        "sv": "Ett av de {} publicerade värdena är dolt.",
        "en": "One of the {} published values is hidden.",
    },
    "some_hidden": {
        "sv": "{} av de {} publicerade värdena är dolda.",
        "en": "{} of the {} published values are hidden.",
    },
}

PROTECTION: dict[Language, list[str]] = {
    "sv": [
        "Att vara anställd eller placerad i ett socialt företag kan säga något om en människas"
        " liv. Därför publicerar vi summor, aldrig svar från enskilda företag.",
        "Små tal om personer, och sådana som få företag står för, döljs och visas som x. Ibland"
        " döljs även andra, så att de små inte går att räkna ut. Hur många företag det finns visas"
        " alltid. Det som redan är tryckt står kvar som tryckt.",
    ],
    "en": [
        "To be employed by or placed with a social enterprise can say something about a person's"
        " life. So we publish sums, never the answers of single enterprises.",
        "Small numbers of persons, and those that few enterprises make up, are hidden and shown as"
        " x. Sometimes others are hidden too, so that the small ones cannot be worked out. How many"
        " enterprises there are is always shown. What was printed already stays as printed.",
    ],
}


def in_(language: Language) -> dict[str, object]:
    """Every word a template names, in one language."""
    plain: dict[str, object] = {key: words[language] for key, words in WORDS.items()}
    return plain | {"protection_text": PROTECTION[language]}


# The headings of a municipality's page, sheet and slide.
MUNICIPALITY = {
    "decided": Words("Beslut och samverkan", "Decisions and cooperation"),
    "done": Words("Vad som har gjorts", "What was done"),
    "places": Words("Handledarstödda platser", "Supervised places"),
    "granted": Words("Beviljade", "Granted"),
    "used": Words("Använda", "Used"),
    "figures": Words("Siffrorna bredvid länets", "The figures beside the county's"),
    "protected": Words("Det här skyddar vi", "What we protect"),
    "year": Words("År", "Year"),
    "what": Words("Vad", "What"),
}
