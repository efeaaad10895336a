"""What the README of the charts shows, done: a figure in a notebook."""

import re
from pathlib import Path

import pytest
from plotly.graph_objects import Figure

import reports
from tests.support.open_example import build_open_db

ROOT = Path(reports.__file__).parent.parent
README = (ROOT / "reports" / "charts" / "README.md").read_text("utf-8")


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
