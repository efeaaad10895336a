"""The trend chart of the pages, drawn for paper: the same picture with colours of its own."""

from __future__ import annotations

from flask import get_template_attribute

from forms.respondent.trend_chart import TrendChart

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


def drawing(chart: TrendChart, label: str) -> str:
    """The chart as an SVG file."""
    made = str(
        get_template_attribute("respondent/parts/chart.html", "trend_chart")(chart, "", label)
    )
    return made.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).replace(
        ">", f">{STYLE}", 1
    )
