"""Meeting mode: the report on a screen in a room, one chart at a time."""

from flask import Blueprint, render_template, request

from reports.request import language_asked, published, published_cards

meeting = Blueprint("meeting", __name__)


@meeting.get("/rapport/mote")
def show() -> str:
    """Every chart as a screen of its own; the address says which, also without JavaScript."""
    found = published_cards(language_asked())
    return render_template(
        "reports/meeting.html",
        cards=found,
        now=place(request.args.get("bild", ""), len(found)),
        release=published().release,
    )


def place(asked: str, count: int) -> int:
    """The screen an address asks for, from 1; what is no screen's number becomes the nearest."""
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    return max(1, min(number, count))
