"""What must be true of the project itself: its walls, its promises, its README."""

import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
# README and the documents beside the rooms.
DOCUMENTS = [
    ROOT / "README.md",
    *(p for folder in ("forms", "survey_data", "reports") for p in (ROOT / folder).rglob("*.md")),
]
SAID = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_the_datasette_folder_is_never_a_package() -> None:
    assert not list((ROOT / "datasette").glob("__init__.py"))


@pytest.mark.parametrize("package", ["forms", "reports", "survey_data"])
def test_no_package_imports_the_application(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        assert not re.search(r"^\s*(from|import) app\b", path.read_text("utf-8"), re.MULTILINE)


def test_the_top_level_holds_only_what_was_agreed() -> None:
    agreed = {
        "app.py", "pyproject.toml", "forms", "survey_data", "datasette", "reports", "tests",
        "README.md", "Makefile", ".ci", ".gitignore", "CHANGELOG.md", "LICENSE",
        "requirements.lock", "requirements-dev.lock", "requirements-node.lock",
        "package.json", "package-lock.json", ".npmrc", "CONTRIBUTING.md", "SECURITY.md",
        "Dockerfile", "compose.yaml",
    }  # fmt: skip
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= agreed


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_pinned_with_a_hash_and_no_host_is_named(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    pinned = re.findall(r"^[a-z0-9][\w.\[\]-]*==\S+.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert pinned
    assert all("--hash=sha256:" in requirement for requirement in pinned)


def test_the_npm_lock_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text("utf-8")
    assert "resolved" not in text
    assert '"integrity": "sha512-' in text


def test_no_tracked_file_names_this_machine() -> None:
    places = [str(place).encode() for place in (ROOT, Path.home()) if len(place.parts) > 2]
    for path in tracked():
        content = path.read_bytes()
        assert not [place for place in places if place in content], path


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len(README.splitlines()) <= 150


def test_every_document_leads_to_something_that_exists() -> None:
    for path in [*DOCUMENTS, ROOT / "CONTRIBUTING.md"]:
        links = re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", path.read_text("utf-8"))
        assert not [link for link in links if not (path.parent / link).exists()], path


def test_every_flask_command_of_the_documents_exists(app: Flask) -> None:
    named = set(re.findall(r"flask ([a-z-]+(?: (?:open|send|remind|close|add|import))?)", SAID))
    assert len(named) >= 11
    for words in named:
        group, _, command = words.partition(" ")
        found = app.cli.commands.get(group)
        assert found is not None, words
        if command:
            assert command in found.commands, words  # type: ignore[attr-defined]


def test_every_command_is_in_the_documents(app: Flask) -> None:
    ours = set(app.cli.commands) - {"limiter", "routes", "run", "shell"}
    assert all(f"flask {name}" in SAID for name in ours)


def test_every_make_target_of_the_readme_exists() -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "test", "bench", "rehearse", "lint", "lock"} <= named
    assert all(re.search(rf"^{target}:", MAKEFILE, re.MULTILINE) for target in named)


def test_every_environment_variable_of_the_documents_is_read() -> None:
    code = (ROOT / "app.py").read_text("utf-8")
    named = set(re.findall(r"`(ASF_[A-Z_]+|PORT)`", SAID))
    assert named == set(re.findall(r'environ\.get\("(\w+)"', code))


def test_every_dependency_says_in_the_readme_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    block = text.split("dependencies = [", 1)[1].split("]", 1)[0]
    for name in re.findall(r'"([A-Za-z0-9-]+)[><=]', block):
        assert name.casefold() in README.casefold(), name


def test_ci_runs_exactly_what_a_developer_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8").strip().splitlines()
    assert script[-1] == "make test"


def test_no_script_keeps_names_of_others_in_an_object_that_inherits() -> None:
    """A field that is called `constructor` or `__proto__` is a field and nothing else."""
    folders = ("forms/static", "reports/static", "datasette/static")
    scripts = [path.read_text("utf-8") for each in folders for path in (ROOT / each).glob("*.js")]
    kept = {
        (name, text)
        for text in scripts
        for name in re.findall(r"\b(\w+)\[[A-Za-z][\w.]*\]\s*=(?![=>])", text)
    }
    assert {name for name, _text in kept} == {"fields", "waiting"}
    for name, text in kept:
        assert f"const {name} = Object.create(null);" in text


def test_only_what_asks_the_hosts_of_the_settings_can_ask_any() -> None:
    """The settings are the list of whom the product talks to; nothing else has the means."""
    means = re.compile(
        r"^\s*(?:import|from) (?:smtplib|imaplib|imap_tools|poplib|ftplib|http\.client|httpx"
        r"|authlib|requests|urllib3|urllib\.request|aiohttp|xmlrpc)\b",
        re.MULTILINE,
    )
    ours = ("app.py", "forms/", "survey_data/", "reports/", "datasette/")
    modules = [p for p in tracked() if p.suffix == ".py"]
    found = {str(p.relative_to(ROOT)) for p in modules if means.search(p.read_text("utf-8"))}
    found = {name for name in found if name.startswith(ours)}
    asks = {"forms/mail/smtp.py", "forms/mail/imap.py", "forms/start/identity_provider.py"}
    only_names_faults = "forms/mail/delivery.py"
    assert found == asks | {only_names_faults}
    text = (ROOT / only_names_faults).read_text("utf-8")
    assert not re.search(r"smtplib\.(?:SMTP|LMTP)(?:_SSL)?\(", text)
