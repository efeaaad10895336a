"""The standing words of the printed report, in both languages."""

from typing import Any

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
    "note": {"sv": "Anmärkning", "en": "Note"},
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


def in_(language: Language) -> dict[str, Any]:
    """Every word a template names, in one language."""
    plain: dict[str, Any] = {key: words[language] for key, words in WORDS.items()}
    plain["summary"] = REPORT["summary"].in_(language)
    return plain | {"protection_text": PROTECTION[language]}


# The headings of the report's sections, and the sentences that stand in all of them.
REPORT = {
    "background": Words("Bakgrund och uppdrag", "Background and assignment"),
    "assignment": Words("Uppdrag och målgrupp", "Assignment and target group"),
    "parties": Words("Parter", "Parties"),
    "aims": Words("Mål och utfall", "Aims and outcome"),
    "aim": Words("Mål", "Aim"),
    "outcome": Words("Utfall", "Outcome"),
    "work": Words("Så arbetade vi", "How we worked"),
    "done": Words("Vad som gjordes, år för år", "What was done, year by year"),
    "inventory": Words("Inventeringen hösten {}", "The inventory in autumn {}"),
    "figures": Words("{} i siffror", "{} in figures"),
    "reached": Words("Personer som nåddes med information", "People reached with information"),
    "audiences": Words(
        "De som räknas är tjänstemän, medarbetare och politiker hos parterna. Hur många som hörde"
        " till varje målgrupp redovisas inte.",
        "Those counted are officials, co-workers and politicians of the parties. How many belonged"
        " to each target group is not given.",
    ),
    "year": Words("År", "Year"),
    "persons": Words("Personer", "People"),
    "places": Words("Handledarstödda platser", "Supervised places"),
    "municipality": Words("Kommun", "Municipality"),
    "granted": Words("Beviljade", "Granted"),
    "used": Words("Använda", "Used"),
    "charts": Words("Inventeringen i diagram", "The inventory in charts"),
    "municipalities": Words("Kommunerna", "The municipalities"),
    "no_figures_below": Words(
        "Anställda och placerade redovisas bara för länet och dess delar: så små tal som en"
        " kommuns skulle kunna peka ut personer.",
        "Employees and people placed are given only for the county and its parts: numbers as small"
        " as a municipality's could point people out.",
    ),
    "steps": Words(
        "Beslut, samverkansgrupper och platser", "Decisions, collaboration groups and places"
    ),
    "decisions": Words("Beslut", "Decisions"),
    "group": Words("Samverkansgrupp", "Collaboration group"),
    "granted_used": Words("Platser, beviljade / använda", "Places, granted / used"),
    "group_went_on": Words("{}, fortsatte {}", "{}, went on {}"),
    "group_once": Words("{}, nämns inte därefter", "{}, not named after that"),
    "source_silent": Words(
        "– betyder att källan inget nämner.", "– means that the source is silent."
    ),
    "we_see": Words("Vad vi ser", "What we see"),
    "analysis": Words("Analys", "Analysis"),
    "conclusions": Words("Slutsatser", "Conclusions"),
    "now": Words("Vad nu?", "What now?"),
    "quality": Words("Metod och kvalitet", "Method and quality"),
    "sources": Words("Källor och utgåva", "Sources and release"),
    "retold": Words("i sammandrag ur {}", "in short from {}"),
    "signed": Words("Texter: {}.", "Texts: {}."),
    "tables": Words("Tabeller till diagrammen", "Tables to the charts"),
    "summary": Words("Sammanfattning", "Summary"),
    "table": Words("Tabell", "Table"),
    "chart": Words("Figur", "Figure"),
}

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
