"""The charts of lines or bars over years, each in a file: what it is made of, and its finding."""

from reports.data.chart_model import Words

PEOPLE, PERSON = Words("personer", "people"), Words("person", "person")
TOTAL = Words("Totalt", "Total")
