"""What keeps a year from being filled from archives, or from being taken back."""

from __future__ import annotations

from survey_data.errors import SurveyError

# Why a year takes no stated totals.
YEAR_TAKEN = {
    "printed": "Siffrorna för {year} följer med produkten som de är tryckta.",
    "answers": "Det finns svar för {year}. De publiceras i stället för totaler.",
    "open": "Omgången {year} är öppen.",
    "outside": "{year} är inget år som kan ha varit.",
    "kept": "Förbundets egen serie är klar för {year}.",
}


class YearTaken(SurveyError):
    """A year cannot be filled with totals; `why` is a key of YEAR_TAKEN."""

    def __init__(self, year: int, why: str) -> None:
        super().__init__(YEAR_TAKEN[why].format(year=year))
        self.year, self.why = year, why


class TotalsReleased(SurveyError):
    """A total that has been published can be changed, but not taken away."""

    def __init__(self, year: int) -> None:
        super().__init__(f"Totalerna för {year} är publicerade. De kan rättas men inte tas bort.")
        self.year = year


class EarlierReleased(SurveyError):
    """An imported round that is part of a release cannot be undone."""

    def __init__(self, year: int) -> None:
        super().__init__(f"Omgången {year} är med i en utgåva och kan inte ångras.")
        self.year = year
