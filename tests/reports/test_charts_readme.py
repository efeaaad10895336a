"""What the README of the charts shows, done: a figure in a notebook, and a chart more."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from plotly.graph_objects import Figure

import reports
from tests.support.open_example import build_open_db

ROOT = Path(reports.__file__).parent.parent
README = (ROOT / "reports" / "charts" / "README.md").read_text("utf-8")
SHOWN = """
from reports.charts.cards import card_of, names
from reports.data.reader import read
card = card_of("employees_per_enterprise", read("open.db"), "en")
print(card.title)
print(names()[card.key]["sv"])
print(len(card.wide) > 1000)
"""


def blocks(language: str) -> list[str]:
    """The README's blocks of code in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_a_figure_in_a_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_open_db(tmp_path / "open.db")
    monkeypatch.chdir(tmp_path)
    [code] = blocks("python")
    there: dict[str, object] = {}
    exec(code, there)
    figure = there["figure"]
    assert isinstance(figure, Figure)
    assert list(figure.data[0].x) == [2016, 2017, 2018, 2019, 2020]
    assert figure.layout.title.text == "People placed"


def test_a_chart_more_is_a_file_and_a_line(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "reports", tmp_path / "reports")
    build_open_db(tmp_path / "open.db")
    [change] = blocks("diff")
    subprocess.run(
        ["git", "apply", "--recount", "-"], cwd=tmp_path, input=change, text=True, check=True
    )
    environment = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", SHOWN], cwd=tmp_path, env=environment, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    title, name, is_drawn = done.stdout.splitlines()
    assert title.startswith("More employees per enterprise")
    assert (name, is_drawn) == ("Anställda per företag", "True")
