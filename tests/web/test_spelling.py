"""Every text that people read is spelt as the dictionary has it, in both languages."""

import pytest

from tests.web.spelling import misspelt, texts, words_of


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_word_that_people_read_is_in_a_dictionary_or_in_our_list(language: str) -> None:
    found = {
        f"{word} ({where})" for where, text in texts(language) for word in misspelt(text, language)
    }
    assert found == set()


@pytest.mark.parametrize(
    ("language", "text", "wrong"),
    [
        ("sv", "Antal anstälda personer", ["anstälda"]),
        ("sv", "Ring samordnarren, %(phone)s", ["samordnarren"]),
        ("sv", "<b>Redovissning</b> av kommunns frågor", ["Redovissning", "kommunns"]),
        ("sv", "Arbetsintegrerande sociala företag lämnar årsredovisning", []),
        ("en", "Number of employes and persons placd", ["employes", "placd"]),
        ("en", "Work-integrating social enterprises", []),
    ],
)
def test_a_planted_fault_is_found_and_a_long_compound_is_not_one(
    language: str, text: str, wrong: list[str]
) -> None:
    assert misspelt(text, language) == sorted(wrong)


def test_what_is_filled_in_and_what_is_an_address_is_no_word() -> None:
    assert (
        words_of("%(brkn)s {{ url_fro }} <abbr titel='x'> https://exmpl.org/hje a.b@cd.ef") == set()
    )


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_texts_come_from_everywhere_that_speaks(language: str) -> None:
    sources = {where for where, _ in texts(language)}
    assert {"catalogue", f"label_{language}", f"help_{language}", "statuses", "texts.py"} <= sources
