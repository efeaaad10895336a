"""How many files one saved section goes through: what a newcomer reads to follow an answer."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

from tests.support.http_visitor import Visitor

ROOT = Path(__file__).parents[2]
OURS = (f"{ROOT}/forms/", f"{ROOT}/survey_data/", f"{ROOT}/app.py")
MOST = 25
NUMBERS = {
    "employees_total": "8", "employees_women": "5", "employees_men": "3",
    "placed_af": "4", "placed_kommun": "2", "placed_other_unpaid": "0",
}  # fmt: skip


def test_a_saved_section_is_followed_through_few_files(visitor: Visitor, link: str) -> None:
    page = visitor.open(link)
    page = visitor.submit(page, page.forms()[-1])
    form = page.form_with("revision")
    assert form is not None
    # Once before, so that what is made at a first request is not counted.
    page = visitor.submit(page, form, {**NUMBERS, "placed_af": "3", "go": "later"})
    page = visitor.open("/svara/siffror")
    form = page.form_with("revision")
    assert form is not None
    entered: set[str] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            entered.add(frame.f_code.co_filename)

    # The page that follows is a request of its own.
    visitor.client.follow_redirects = False
    sys.setprofile(note)
    try:
        answer = visitor.submit(page, form, {**NUMBERS, "go": "next"})
    finally:
        sys.setprofile(None)
    assert answer.status == 303
    found = sorted(name.removeprefix(f"{ROOT}/") for name in entered)
    assert len(found) <= MOST, "\n".join(found)
