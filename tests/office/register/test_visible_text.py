"""Characters that cannot be seen, and addresses as people write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.questionnaire.inventory import questionnaire
from forms.questionnaire.types import read
from survey_data.typed_text import (
    ascii_address,
    check_org_number,
    has_personal_number,
    is_address,
    tidy_address,
    visible,
)
from tests.office.register.test_register import PERSON

UNSEEN = (
    "\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202c", "\u2060",
    "\u2066", "\u2069", "\ufeff", "\u061c", "\u034f", "\ufe0f", "\x00", "\x1f", "\x9d",
    "\u3164", "\u2800", "\U000e0020",
)  # fmt: skip
HYPHENS = "-\u2010\u2011\ufe63\uff0d"
SPACES = " \u00a0\u202f\u2009\u2007\u3000"


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda text: f"U+{ord(text):04X}")
def test_what_cannot_be_seen_is_taken_out_everywhere(unseen: str) -> None:
    assert visible(f"Exempel{unseen}köket") == "Exempelköket"
    assert check_org_number(f"{unseen}402009-{unseen}2005{unseen}") == "402009-2005"
    assert tidy_address(f"kontakt18{unseen}@example.org") == "kontakt18@example.org"
    asked = questionnaire(2026)
    assert read(asked["employees_total"], [f"{unseen}1{unseen}2{unseen}"]) == 12
    assert read(asked["enterprise_name"], [f"Exempel{unseen}köket{unseen}"]) == "Exempelköket"
    assert has_personal_number(f"ring {PERSON[:6]}{unseen}{PERSON[6:]}")


@pytest.mark.parametrize("hyphen", HYPHENS)
def test_every_hyphen_is_a_hyphen(hyphen: str) -> None:
    assert visible(f"Exempel{hyphen}köket") == "Exempel-köket"
    assert check_org_number(f"402009{hyphen}2005") == "402009-2005"
    assert tidy_address(f"exempel{hyphen}1@example.org") == "exempel-1@example.org"


@pytest.mark.parametrize("space", SPACES)
def test_every_space_is_a_space(space: str) -> None:
    assert visible(f"Exempel{space}köket") == "Exempel köket"
    assert read(questionnaire(2026)["turnover"], [f"1{space}200"]) == 1200


def test_letters_are_composed_and_dashes_stay() -> None:
    assert visible(unicodedata.normalize("NFD", "Exempelköket Åtta – Öst")) == (
        "Exempelköket Åtta – Öst"
    )
    assert visible("rad ett\r\nrad två\vrad tre") == "rad ett\nrad två\nrad tre"


@given(st.text())
def test_what_is_visible_stays_the_same_when_read_again(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("mailto:a@example.org", "a@example.org"),
        ("MAILTO:a@example.org?subject=Hej", "a@example.org"),
        ("Exempel Person <a@example.org>", "a@example.org"),
        ('"Person, Exempel" <a@example.org>;', "a@example.org"),
        ("<a@example.org>", "a@example.org"),
        (" a@example.org, ", "a@example.org"),
        ("a@example.org.", "a@example.org"),
        ("info@exempelåterbruket.example", "info@exempelåterbruket.example"),
        ("info@exempela\u030aterbruket.example", "info@exempelåterbruket.example"),
    ],
)
def test_an_address_is_understood_as_people_write_it(typed: str, address: str) -> None:
    assert tidy_address(typed) == address
    assert is_address(address)


@pytest.mark.parametrize(
    "typed", ["", "anna", "a@b", "a@b.se;c@d.se", "a@b.se c@d.se", "åsa@example.org", "a@å..se",
              "Anna <a@b.se> <c@d.se>", "a@example.org\nb@example.org"]
)  # fmt: skip
def test_what_is_no_one_address_is_refused(typed: str) -> None:
    assert not is_address(tidy_address(typed))


def test_a_domain_with_letters_of_its_own_is_sent_in_its_ascii_form() -> None:
    assert ascii_address("info@exempelåterbruket.example") == (
        "info@xn--exempelterbruket-job.example"
    )
    assert ascii_address("a@example.org") == "a@example.org"
