"""The measures of the quality declaration: what each one is called and says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One measure; its values are counts or shares of one year."""

    name: str
    label_sv: str
    label_en: str
    unit_sv: str
    unit_en: str
    explanation_sv: str
    explanation_en: str


_PER_CENT = ("procent", "per cent")
_ENTERPRISES = ("företag", "enterprises")
_PERSONS = ("personer", "persons")
_DAYS = ("dagar", "days")
_FIGURES = ("värden", "values")

MEASURES = (
    Measure("frame", "Företag i urvalsramen", "Enterprises in the frame", *_ENTERPRISES,
            "Företag som bjöds in: alla i registret på räknedagen.",
            "Enterprises invited: all in the register on the reference date."),
    Measure("over_coverage", "Övertäckning", "Over-coverage", *_ENTERPRISES,
            "Inbjudna som visade sig ha upphört, flyttat eller inte längre vara ASF.",
            "Invited ones that turned out to have closed, moved or no longer be such enterprises."),
    Measure("response_rate", "Svarsandel", "Unit response rate", *_PER_CENT,
            "Företag som lämnat in, av dem som tillhör årets population.",
            "Enterprises that handed in, of those that belong to the year's population."),
    Measure("response_rate_with_partial", "Svarsandel, påbörjade medräknade",
            "Unit response rate, partials included", *_PER_CENT,
            "Även de som fyllt i anställda eller placerade men inte lämnat in.",
            "Also those who filled in employees or placed but did not hand in."),
    Measure("response_rate_weighted", "Svarsandel, vägd", "Unit response rate, weighted",
            *_PER_CENT,
            "Vägd med antalet anställda i förra årets svar, i hela procent.",
            "Weighted by the employees of last year's answers, in whole per cent."),
    Measure("item_non_response", "Partiellt bortfall", "Item non-response", *_ENTERPRISES,
            "Företag som lämnat in men lämnat frågan tom.",
            "Enterprises that handed in but left the question empty."),
    Measure("check_failed", "Kontroller som slog till", "Edit checks that failed", *_ENTERPRISES,
            "Företag vars svar kontrollen slog till på.",
            "Enterprises whose answers failed the check."),
    Measure("check_confirmed", "Varav bekräftade", "Of which confirmed", *_ENTERPRISES,
            "Värdet stod kvar efter granskningen.",
            "The value stood after the review."),
    Measure("check_corrected", "Varav rättade", "Of which corrected", *_ENTERPRISES,
            "Värdet ändrades i granskningen. De övriga är inte avgjorda.",
            "The value was changed in the review. The others are not decided."),
    Measure("values_corrected", "Rättade värden", "Values corrected", *_ENTERPRISES,
            "Företag vars svar på frågan ändrades i granskningen.",
            "Enterprises whose answer to the question was changed in the review."),
    Measure("imputed", "Skattade företag", "Enterprises estimated", *_ENTERPRISES,
            "Företag utan svar vars tal från förra året skrivits fram.",
            "Enterprises without an answer whose numbers of last year were carried forward."),
    Measure("imputed_share", "Skattad andel", "Share estimated", *_PER_CENT,
            "Hur stor del av länets summa som är skattad, i hela procent.",
            "How much of the county's total is estimated, in whole per cent."),
    Measure("values_published", "Publicerade värden", "Values published", *_FIGURES,
            "Alla värden för året, dolda medräknade.", "All values of the year, hidden included."),
    Measure("values_hidden", "Dolda värden", "Values hidden", *_FIGURES,
            "Värden som döljs för att skydda enskilda.", "Values hidden to protect individuals."),
    Measure("values_revised", "Reviderade värden", "Values revised", *_FIGURES,
            "Värden som någon gång ändrats mellan två utgåvor.",
            "Values ever changed between two releases."),
    Measure("mean_revision", "Medelrevidering", "Mean revision", *_PER_CENT,
            "Medel av ändringarnas storlek i procent, där båda värdena är öppna.",
            "Mean size of the changes in per cent, where both values are open."),
    Measure("time_lag", "Tid till publicering", "Time lag", *_DAYS,
            "Från räknedagen till årets första utgåva.",
            "From the reference date to the first release of the year."),
    Measure("punctuality", "Punktlighet", "Punctuality", *_DAYS,
            "Från planerad dag till slutlig utgåva; negativt är före.",
            "From the planned day to the final release; negative is ahead."),
)  # fmt: skip
