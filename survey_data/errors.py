"""The domain's own words for what can be refused; views turn them into pages in one place."""

from typing import Any


class SurveyError(Exception):
    """Anything the survey refuses for a reason that can be said to a person.

    A kind of it that `says` a sentence is raised with what stands in that one's gaps.
    """

    says = ""

    def __init__(self, *facts: object) -> None:
        super().__init__(*([self.says.format(*facts)] if self.says else facts))

    def __reduce__(self) -> tuple[Any, ...]:
        # Between processes as it is: what it was made of is not what it says.
        return Exception.__new__, (type(self), *self.args), self.__dict__


class DataFolderTooOld(SurveyError):
    """The data folder was made by a version before 1.0, which this one cannot read."""

    says = (
        "Datamappen är gjord av en version före 1.0 och kan inte läsas: flytta undan den,"
        " eller ange en annan mapp med ASF_DATA_DIR, så börjar inventeringen på nytt."
    )


class DataFolderTooNew(SurveyError):
    """The data folder has been used by a later version, which knows more than this one."""

    says = (
        "Datamappen har använts av en senare version än den här: installera den versionen"
        " igen, eller ange en annan mapp med ASF_DATA_DIR."
    )


class DataFolderOfAnotherCounty(SurveyError):
    """The data folder has the register and figures of a county that is not the declared one."""

    says = (
        "Datamappen är ett annat läns än det som areas.csv anger: ange en annan mapp med"
        " ASF_DATA_DIR, eller länets egen areas.csv."
    )


class UnknownLink(SurveyError):
    """The personal link is not (or no longer) one of ours."""


class OfYear(SurveyError):
    """Something that is refused of one year."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year


class NoSuchRound(OfYear):
    """There is no round for that year."""

    says = "Det finns ingen omgång för {}."


class RoundClosed(OfYear):
    """The round no longer takes answers."""

    says = "Omgången {} är stängd."


class RoundStillOpen(OfYear):
    """Another round is open, and only one at a time can be."""

    says = "Omgången {} är fortfarande öppen. Stäng den först."


class RoundExists(OfYear):
    """A round for that year exists already."""

    says = "Det finns redan en omgång för {}."


class DatesOutOfOrder(SurveyError):
    """The due date does not come after the reference date, or the year differs."""

    says = "Räknedagen ({}) ska ligga i omgångens år, och sista svarsdag ({}) efter räknedagen."


class NobodyToAsk(SurveyError):
    """The register holds no enterprise active on the reference date."""

    says = "Inget företag i registret var verksamt den {}."


# Why a figure is not protected, in Swedish and English.
NOT_PROTECTED = {
    "exposed": ("Siffran skulle gå att räkna fram.", "The figure could be calculated."),
    "other value": ("Den visas inte som den är.", "It is not shown as it is."),
    "part missing": (
        "En del av den har ingen rad, varken öppen eller dold.",
        "A part of it has no row, neither open nor hidden.",
    ),
    "shown": ("Den måste döljas men visas.", "It must be hidden but is shown."),
    "few changed": (
        "För få företag står bakom en ändring.",
        "Too few enterprises are behind a change.",
    ),
    "contradiction": (
        "Delarna går inte ihop med summan.",
        "The parts do not add up to the total.",
    ),
    "no proof": (
        "Intyget visar inte att den är skyddad.",
        "The certificate does not show that it is protected.",
    ),
    "estimates": (
        "Tillsammans med det som redan är öppet röjer årets skattningar ett enskilt företag."
        " Välj bort skattningarna under Vad som skattas, så går det att publicera.",
        "Together with what is open already, the year's estimates give an enterprise away."
        " Leave out the estimates under What is estimated, and it can be published.",
    ),
    "other figures": (
        "Intyget gäller andra dolda siffror.",
        "The certificate is about other hidden figures.",
    ),
    "unsettled": ("Granskningen blev inte klar.", "The audit did not finish."),
    "not audited": ("Den ingår inte i granskningen.", "It is not part of the audit."),
    "asked": (
        "Antalet tillfrågade skulle avslöja den.",
        "The number of enterprises asked would give it away.",
    ),
}


class NotProtected(SurveyError):
    """The figures cannot be published safely, so nothing is published; says which figure and why.

    `intruder` is the number of the enterprise that could narrow it down, or empty for any
    reader; `low` and `high` are what it would be known to lie between, where that is the fault.
    """

    def __init__(
        self,
        cell: tuple[str | int, ...],
        intruder: str = "",
        low: int | None = None,
        high: int | None = None,
        cause: str = "exposed",
    ) -> None:
        self.cell, self.intruder, self.low, self.high, self.cause = cell, intruder, low, high, cause
        area_type, area_code, indicator, *_ = (*cell, "", "", "")
        super().__init__(
            f"Inget har publicerats: {indicator} för {area_type} {area_code} kan inte skyddas."
            f" {self.because('sv')}"
        )

    def because(self, language: str) -> str:
        """Why, in a sentence."""
        if self.low is None:
            return NOT_PROTECTED[self.cause][language == "en"]
        who = ("ett av företagen", "one of the enterprises") if self.intruder else (
            "vem som helst", "any reader"
        )  # fmt: skip
        if language == "en":
            return (
                f"With what is open, {who[1]} can work out that it is between"
                f" {self.low} and {self.high}."
            )
        return f"Med det som är öppet kan {who[0]} räkna ut att den är {self.low}–{self.high}."


class InvalidOrgNumber(SurveyError):
    """Not a Swedish organisation number; the text itself is never repeated."""


class PersonalIdentityNumber(InvalidOrgNumber):
    """A personal identity number where an organisation number belongs: never stored or logged."""


class DuplicateEnterprise(SurveyError):
    """Another enterprise already has that organisation number and unit name."""

    says = "{} har redan det organisationsnumret och enhetsnamnet."


class ClosedTooEarly(SurveyError):
    """An enterprise cannot close before the day it began."""


class ChangedMeanwhile(SurveyError):
    """What was looked at has changed since, so it must be looked at again."""


class PreviewGone(SurveyError):
    """The file that was looked at has been imported already, or is too old."""


class ReviewedMeanwhile(SurveyError):
    """The answer has been decided about, or handed in anew, since it was read."""
