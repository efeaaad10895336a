"""Numbers below a hundred as they are said on the telephone."""

from __future__ import annotations

SMALL = {
    "sv": "noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton"
    " sjutton arton nitton",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen",
}
TENS = {
    "sv": "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio",
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
}
HYPHEN = {"sv": "", "en": "-"}


def in_words(number: int, language: str) -> str:
    """A number from 0 to 99 in words: "fyrtiosju", "forty-seven"."""
    small, tens, hyphen = SMALL[language].split(), TENS[language].split(), HYPHEN[language]
    if number < 20:
        return small[number]
    unit = number % 10
    return tens[number // 10 - 2] + (hyphen + small[unit] if unit else "")


def reference_in_words(reference: str, language: str) -> str:
    """A receipt reference as it is said: "Hassel 47 09" is "hassel, fyrtiosju, noll nio"."""
    word, *pairs = reference.split()
    return ", ".join([word.lower(), *(_pair(pair, language) for pair in pairs)])


def _pair(pair: str, language: str) -> str:
    if pair.startswith("0"):
        return f"{in_words(0, language)} {in_words(int(pair[1]), language)}"
    return in_words(int(pair), language)
