"""The standing words of the printed report, in both languages."""

from collections.abc import Mapping

from reports.data.chart_model import Language, Words
from survey_data.releases.texts import TITLE_EN, TITLE_SV

WORDS = {
    "product": Words("ASF-inventeringen", "The ASF inventory"),
    "title": Words(TITLE_SV, TITLE_EN),
    "subtitle": Words("Rapport {}", "Report {}"),
    "contents": Words("Innehåll", "Contents"),
    "quality": Words("Kvalitetsdeklaration", "Quality declaration"),
    "quality_lead": Words(
        "Så säkra är siffrorna: vilka som har svarat, vad som inte stämmer i källan, vad"
        " som är dolt och hur varje mått är bestämt. Allt är räknat ur samma utgåva som"
        " diagrammen.",
        "How sure the figures are: who answered, what does not add up in the source, what is"
        " hidden and how each measure is defined. All of it is counted from the same release as"
        " the charts.",
    ),
    "answers": Words("Svar och täckning", "Responses and coverage"),
    "answers_text": Words(
        "Ett företag som inte har svarat räknas aldrig som noll. Ett streck betyder att"
        " källan inte säger det, eller att antalet är dolt.",
        "An enterprise that did not answer is never counted as zero. A dash means that the"
        " source does not say, or that the number is hidden.",
    ),
    "year": Words("År", "Year"),
    "asked": Words("Tillfrågade", "Asked"),
    "answered": Words("Svarade", "Answered"),
    "share": Words("Andel, %", "Share, %"),
    "reference_day": Words("Räknedag", "Reference date"),
    "values": Words("Värden", "Values"),
    "hidden": Words("Dolda", "Hidden"),
    "example": Words("exempel", "example"),
    "discrepancies": Words(
        "Summor som inte stämmer med sina delar",
        "Totals that differ from their parts",
    ),
    "discrepancies_text": Words(
        "Vi rättar inte på egen hand. Den angivna siffran står kvar.",
        "We correct nothing on our own. The stated figure stands.",
    ),
    "protection": Words("Det här skyddar vi", "What we protect"),
    "signs": Words("Tecken vid siffrorna", "Signs beside the figures"),
    "sign": Words("Tecken", "Sign"),
    "note": Words("Anmärkning", "Note"),
    "meaning": Words("Betyder", "Means"),
    "explanation": Words("Förklaring", "Explanation"),
    "definitions": Words("Så är måtten bestämda", "How the measures are defined"),
    "measure": Words("Mått", "Measure"),
    "unit": Words("Enhet", "Unit"),
    "definition": Words("Definition", "Definition"),
    "source": Words("Källa", "Source"),
    "sources": Words("Källor och utgåva", "Sources and release"),
    "address": Words("Rapporten på webben:", "The report on the web:"),
    "edition": Words("Utgåva {}, {}", "Release {}, {}"),
    "kind_final": Words("slutlig", "final"),
    "kind_preliminary": Words("preliminär", "preliminary"),
    "kind_revised": Words("rättad", "revised"),
    "why": Words("Varför {}?", "Why {}?"),
    "more_rows": Words(
        "{} rader till finns i diagrammets CSV-fil.",
        "{} more rows are in the chart's CSV file.",
    ),
    "under_years": Words("Under åren: {}.", "Below the years: {}."),
    "none_hidden": Words(
        "Inget av de {} publicerade värdena är dolt.",
        "None of the {} published values is hidden.",
    ),
    "one_hidden": Words(
        "Ett av de {} publicerade värdena är dolt.",
        "One of the {} published values is hidden.",
    ),
    "some_hidden": Words(
        "{} av de {} publicerade värdena är dolda.",
        "{} of the {} published values are hidden.",
    ),
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


def in_(words: Mapping[str, Words], language: Language) -> dict[str, str]:
    """Some of these words in one language."""
    return {key: each.in_(language) for key, each in words.items()}
