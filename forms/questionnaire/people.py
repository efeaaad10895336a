"""Optional modules about people: D, employment support; E, placed; F, groups; G, transitions."""

from functools import partial
from typing import Any

from forms.questionnaire.business import PAGE, blank_reason
from forms.questionnaire.core import count
from forms.questionnaire.question import Question, choices_of

TWELVE_MONTHS = "senaste 12 månaderna före referensdatum"


def _count(name: str, module: str, label_sv: str, label_en: str, **more: Any) -> Question:
    return count(name, PAGE, label_sv, label_en, module=module, **more)


_sum = partial(_count, kind="computed", maximum=None)


def _rows(total: str, module: str, *rows: tuple[str, str, str], **more: Any) -> list[Question]:
    return [
        _count(name, module, label_sv, label_en, nouns_sv=(label_sv.lower(),) * 2,
               nouns_en=(label_en.lower(),) * 2, part_of=total, **more)
        for name, label_sv, label_en in rows
    ]  # fmt: skip


# Kept as a table that can be read through, not one argument a line.
# fmt: off

SUPPORT = (
    _sum("emp_wage_support", "D", "Anställda per stödform", "Employees by kind of support",
         help_sv="Räkna varje person en gång, på det stöd som gällde räknedagen.",
         help_en="Count each person once, by the support on the reference date.",
         nouns_sv=("anställd", "anställda"), nouns_en=("employee", "employees")),
    *_rows("emp_wage_support", "D",
           ("emp_wage_subsidy", "Lönebidrag för anställning", "Wage subsidy for employment"),
           ("emp_wage_development", "Lönebidrag för utveckling i anställning",
            "Wage subsidy for development in employment"),
           ("emp_wage_security", "Lönebidrag för trygghet i anställning",
            "Wage subsidy for security in employment"),
           ("emp_new_start", "Nystartsjobb", "New-start jobs"),
           ("emp_introductory", "Introduktionsjobb", "Introductory jobs"),
           ("emp_other_support", "Annat stöd", "Other support"),
           ("emp_no_support", "Utan stöd", "Without support")),
    blank_reason("emp_wage_support", "D"),
    _count("emp_target_group", "D", "Anställda ur målgruppen",
           "Employees from the target group",
           help_sv="De som har haft stora svårigheter att få eller behålla ett arbete.",
           help_en="Those who have had great difficulty in getting or keeping a job.",
           nouns_sv=("ur målgruppen",) * 2, nouns_en=("from the target group",) * 2),
    blank_reason("emp_target_group", "D"),
    _count("emp_supervisors", "D", "Handledare och ordinarie personal",
           "Supervisors and ordinary staff",
           help_sv="Den som är handledare kan också räknas till målgruppen.",
           help_en="A supervisor can also belong to the target group.",
           nouns_sv=("handledare",) * 2, nouns_en=("supervisor", "supervisors")),
    blank_reason("emp_supervisors", "D"),
)
PLACED = (
    _sum("placed_by_gender", "E", "Placerade kvinnor och män", "Placed women and men",
         help_sv="Juridiskt kön. Tillsammans ska de bli lika många som antalet placerade.",
         help_en="Legal gender. Together they must make the number of placed persons.",
         nouns_sv=("placerad", "placerade"), nouns_en=("placed person", "placed persons")),
    *_rows("placed_by_gender", "E", ("placed_women", "Kvinnor", "Women"),
           ("placed_men", "Män", "Men"),
           ("placed_gender_not_stated", "Kön ej angivet", "Gender not stated")),
    blank_reason("placed_by_gender", "E"),
    _sum("placed_by_service", "E", "Placerade per typ av insats", "Placed persons by service",
         help_sv="Räkna varje person en gång. Tillsammans ska de bli lika många som antalet"
         " placerade.",
         help_en="Count each person once. Together they must make the number of placed persons.",
         nouns_sv=("placerad", "placerade"), nouns_en=("placed person", "placed persons")),
    *_rows("placed_by_service", "E",
           ("placed_work_training", "Arbetsträning", "Work training"),
           ("placed_work_assessment", "Arbetsprövning", "Work capacity assessment"),
           ("placed_internship", "Praktik", "Internship"),
           ("placed_rehabilitation", "Rehabilitering", "Rehabilitation"),
           ("placed_occupation_sol", "Sysselsättning (SoL)", "Occupation (Social Services Act)"),
           ("placed_daily_activity_lss", "Daglig verksamhet (LSS)", "Daily activities (LSS)"),
           ("placed_other_service", "Annat", "Other")),
    blank_reason("placed_by_service", "E"),
)
TARGET_GROUPS = (
    Question("target_groups", "several", PAGE, "F", "Vilka målgrupper tar ni emot?",
             "Which target groups do you take in?",
             "Kryssa grupper. Skriv aldrig något om enskilda personer.",
             "Tick groups. Never write anything about individual persons.", "Målgrupper",
             "Target groups", choices=choices_of("target_groups"), reference="per referensdatum"),
)
TRANSITIONS = (
    _sum("trans_total", "G", "Personer som har slutat hos er eller gått vidare",
         "Persons who have left you or moved on",
         help_sv="De senaste tolv månaderna före räknedagen. Räkna varje person en gång.",
         help_en="The twelve months before the reference date. Count each person once.",
         short_sv="Övergångar", short_en="Transitions", reference=TWELVE_MONTHS,
         nouns_sv=("övergång", "övergångar"), nouns_en=("transition", "transitions")),
    *_rows("trans_total", "G",
           ("trans_work_here", "Från placering till anställning hos er",
            "From placement to employment with you"),
           ("trans_work_elsewhere", "Till arbete hos en annan arbetsgivare",
            "To work with another employer"),
           ("trans_studies", "Till studier", "To studies"),
           ("trans_jobseeking", "Till att söka arbete aktivt", "To actively seeking work"),
           ("trans_returned", "Åter till tidigare försörjning", "Back to earlier support"),
           ("trans_unknown", "Annat, eller vet inte", "Something else, or not known"),
           reference=TWELVE_MONTHS),
    blank_reason("trans_total", "G"),
)
# fmt: on
