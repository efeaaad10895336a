"""One page about an enterprise, to show its own board or a buyer: its own figures, one year."""

from datetime import date
from typing import Any

from flask import get_template_attribute
from flask_babel import format_date
from flask_babel import gettext as _

from forms.papers import head, paper, whom_to_call
from forms.respondent.respondent import Respondent
from forms.respondent.trend_chart import TrendChart, trend_of
from survey_data import clock
from survey_data.geography import COUNTY
from survey_data.responses.drafts import Answers
from survey_data.responses.responses import Response
from survey_data.statistics.enterprise_comparison import (
    ASKED_FOR,
    Share,
    employed_share,
    target_share,
)

# More years than these do not fit beside one another.
MOST_YEARS = 8
# As the style sheet has them in its light scheme; on paper nothing is preliminary by its looks.
STYLE = """<style>
text { font-family: "Source Sans 3"; font-size: 14px; fill: #52606D }
.grid { stroke: #E4E7EB } .axis { stroke: #7B8794 }
.line { fill: none; stroke-width: 2.75 } circle { stroke: #FFFFFF; stroke-width: 2 }
.series-one .line { stroke: #12436D } .series-two .line { stroke: #C2500A }
.series-one circle, .series-one .value { fill: #12436D }
.series-two circle, .series-two .value { fill: #C2500A }
.value { font-size: 15px; font-weight: 600 }
.value[text-anchor="middle"] { display: none }
</style>"""


def newest(respondent: Respondent) -> Response | None:
    """The newest year that was handed in, with what the coordinator has corrected in it."""
    return respondent.history[-1] if respondent.history else None


def one_page_pdf(respondent: Respondent, response: Response, language: str) -> bytes:
    """The page about the year of a response."""
    name = respondent.invitation.enterprise.name
    title = _("%(name)s i siffror %(year)s", name=name, year=response.year)
    of = head(respondent, language, title, (_("Ett arbetsintegrerande socialt företag."),))
    return paper(
        "enterprise_sheet",
        of,
        clock.date_of(response.handed_in_at),
        f"{title} ({_('exempel')})" if of.example else title,
        figures=_figures(respondent, response.answers, language),
        share=share_in_words(response.answers),
        trend=_trend(respondent, response, language),
        source=_source(respondent, response, language),
        words={
            "product": _("ASF-inventeringen"),
            "measure": _("Antal personer"),
            "source": _("Källa"),
        },
    )


def _figures(respondent: Respondent, answers: Answers, language: str) -> list[dict[str, str]]:
    asked, found = respondent.questionnaire, []
    for total in ("employees_total", "placed_total"):
        value = answers.get(total)
        parts = [(asked[q.name], answers.get(q.name)) for q in asked.parts_of(total)]
        said = [q.counted(number, language) for q, number in parts if isinstance(number, int)]
        found.append(
            {
                "value": "–" if value is None else str(value),
                "thing": asked[total].short(language),
                "parts": ", ".join(said),
            }
        )
    return found


def share_in_words(answers: Answers) -> dict[str, Any]:
    """The share from the target group, what it is made of, and what it does not say."""
    share = target_share(answers)
    return {
        "title": _("Andel personer ur målgruppen"),
        "value": "" if share is None else _("%(share)s %%", share=share.percent),
        "lines": [_unknown()] if share is None else _said(share, employed_share(answers)),
        "caveat": _(
            "Andelen är en fingervisning, inte ett juridiskt besked. Den räknar alla placerade som"
            " målgrupp och avser räknedagen. Köparen avgör själv vilka som räknas och vad som ska"
            " visas upp."
        ),
    }


def _unknown() -> str:
    return _("Andelen kan inte räknas ut. Den behöver antalet anställda, antalet placerade och"
             " antalet anställda ur målgruppen, som är en frivillig fråga i"
             " inventeringen.")  # fmt: skip


def _said(share: Share, employed: Share | None) -> list[str]:
    lines = [
        _(
            "%(number)s av %(of)s personer: anställda ur målgruppen och alla placerade, delat med"
            " alla anställda och alla placerade.",
            number=share.number, of=share.of,
        )
    ]  # fmt: skip
    if employed is not None:
        lines.append(
            _(
                "Bland bara de anställda: %(number)s av %(of)s, %(share)s %%.",
                number=employed.number, of=employed.of, share=employed.percent,
            )
        )  # fmt: skip
    return [*lines, _beside_the_law(share)]


def _beside_the_law(share: Share) -> str:
    if share.is_enough:
        return _("Vid reserverad upphandling krävs minst %(asked)s procent (4 kap. 18 §"
                 " lagen om offentlig upphandling). Andelen här når dit.",
                 asked=ASKED_FOR)  # fmt: skip
    return _("Vid reserverad upphandling krävs minst %(asked)s procent (4 kap. 18 § lagen om"
             " offentlig upphandling). Andelen här når inte dit.",
             asked=ASKED_FOR)  # fmt: skip


def _trend(respondent: Respondent, response: Response, language: str) -> dict[str, Any] | None:
    trend = trend_of(respondent, respondent.history, language)
    if trend is None:
        return None
    years = trend["years"][-MOST_YEARS:]
    label = ". ".join(
        f"{name}: {', '.join(f'{year} {number}' for year, number in line.items())}"
        for name, line in trend["lines"].items()
    )
    return {
        "title": _("Genom åren"),
        "drawing": _drawing(trend["charts"]["wide-only"], label),
        "alt": label,
        "years": [str(year) for year in years],
        "rows": [
            [name, *(str(line.get(year, "–")) for year in years)]
            for name, line in trend["lines"].items()
        ],
    }


def _drawing(chart: TrendChart, label: str) -> str:
    """The trend chart of the pages as an SVG file, with colours for paper."""
    made = str(
        get_template_attribute("respondent/parts/chart.html", "trend_chart")(chart, "", label)
    )
    return made.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).replace(
        ">", f">{STYLE}", 1
    )


def _source(respondent: Respondent, response: Response, language: str) -> list[str]:
    return [
        _(
            "Egna uppgifter, lämnade i inventeringen av arbetsintegrerande sociala företag i"
            " %(county)s %(year)s. De avser läget den %(as_of)s och lämnades in %(handed_in)s."
            " Referens %(reference)s.",
            county=COUNTY.name,
            year=response.year,
            as_of=_day(str(response.answers.get("as_of_date") or "")) or response.year,
            handed_in=format_date(clock.local(response.handed_in_at), "d MMMM yyyy"),
            reference=response.reference,
        ),
        whom_to_call(respondent, language),
    ]


def _day(text: str) -> str:
    return str(format_date(date.fromisoformat(text), "d MMMM yyyy")) if text else ""
