"""What the coordinator says aloud while filling in for an enterprise on the telephone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from forms.questionnaire.question import Question

# Kept as a table that can be read through, not one argument a line.
# fmt: off
SECTIONS = {
    "foretaget": (
        "Jag ställer frågorna och skriver under tiden. Det tar ungefär fem minuter. Först några"
        " frågor om företaget. Det är frivilligt att svara.",
        "I ask the questions and write as we speak. It takes about five minutes. First a few"
        " questions about the enterprise. Answering is voluntary."),
    "anstallda": (
        "Nu gäller det dem som är anställda. Räkna personer, inte heltider, och bara dem som hade"
        " anställningsavtal den dagen.",
        "Now about those who are employed. Count persons, not full-time equivalents, and only"
        " those who had an employment contract on that day."),
    "placerade": (
        "Nu gäller det dem som deltar hos er utan att vara anställda. Räkna dem efter vem som har"
        " anvisat dem.",
        "Now about those who take part without being employed by you. Count them by who assigned"
        " them."),
    "arets-fragor": (
        "Nu några frågor som vi har lagt till i inventeringen.",
        "Now a few questions that we have added to the inventory."),
    "fler-fragor": (
        "De sista frågorna är frivilliga. Säg till om ni vill hoppa över någon.",
        "The last questions are optional. Say so if you want to skip any of them."),
    "granska": (
        "Jag läser upp det jag har skrivit. Säg till om något är fel. När ni säger att det stämmer"
        " lämnar jag in, och ni får ett kvitto med e-post.",
        "I will read out what I have written. Say so if anything is wrong. When you say that it is"
        " right I hand it in, and you get a receipt by email."),
}
QUESTIONS = {
    "enterprise_name": ("Jag har namnet här. Stämmer det?", "I have the name here. Is it right?"),
    "org_number": ("Stämmer organisationsnumret?", "Is the organisation number right?"),
    "unit_name": ("Är ni en enhet i en större organisation? Vad heter den?",
                  "Are you a unit of a larger organisation? What is the unit called?"),
    "municipality_code": ("I vilken kommun arbetar de flesta?",
                          "In which municipality do most people work?"),
    "status": ("Var företaget i gång på räknedagen?",
               "Was the enterprise active on the reference date?"),
    "as_of_date": ("Gäller siffrorna räknedagen, eller en annan dag?",
                   "Are the figures for the reference date, or for another day?"),
    "respondent_name": ("Vem talar jag med?", "Whom am I speaking with?"),
    "respondent_role": ("Vilken roll har du i företaget?",
                        "What is your role in the enterprise?"),
    "respondent_contact": ("Hur når vi dig om något är oklart?",
                           "How do we reach you if something is unclear?"),
    "employees_total": ("Hur många var anställda den dagen?",
                        "How many were employed on that day?"),
    "employees_women": ("Hur många av dem är kvinnor?", "How many of them are women?"),
    "employees_men": ("Hur många av dem är män?", "How many of them are men?"),
    "employees_gender_not_stated": ("Är det några där könet inte är känt?",
                                    "Are there any whose gender is not known?"),
    "placed_af": ("Hur många har Arbetsförmedlingen anvisat, även via en leverantör?",
                  "How many were assigned by the Public Employment Service, also through a"
                  " provider?"),
    "placed_kommun": ("Hur många har en kommun anvisat?",
                      "How many were assigned by a municipality?"),
    "placed_other_unpaid": ("Hur många andra deltar utan att någon betalar er för det?",
                            "How many others take part without anyone paying you for it?"),
    "placed_other_paid": ("Hur många andra deltar som någon annan betalar er för?",
                          "How many others take part that someone else pays you for?"),
    "certify": ("Stämmer uppgifterna, så att jag kan lämna in dem?",
                "Are the figures right, so that I may hand them in?"),
}
# fmt: on


def opening(section: str, language: str) -> str:
    """The sentence that a section begins with, or nothing."""
    sv, en = SECTIONS.get(section, ("", ""))
    return en if language == "en" else sv


def aloud(question: Question, language: str) -> str:
    """A question as it is asked in speech; as it is written where it has no words of its own."""
    sv, en = QUESTIONS.get(question.name, (question.label_sv, question.label_en))
    return en if language == "en" else sv


def lines(questions: Iterable[Question], language: str) -> list[str]:
    """Every question of a page that somebody answers, in order."""
    return [aloud(question, language) for question in questions if question.typed]


def page(section: str, questions: Iterable[Question], language: str) -> dict[str, Any]:
    """What to say aloud on a page: how it begins, and each question."""
    return {"opening": opening(section, language), "lines": lines(questions, language)}
