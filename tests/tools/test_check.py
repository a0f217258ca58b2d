import ast
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from config.settings import ROOT
from tools import check
from tools.check import Check
from tools.checks import compose, linters, migrations, requirements

HASH = " --hash=sha256:00"


def test_every_check_runs_even_when_one_fails(monkeypatch, capsys):
    monkeypatch.setattr(check, "CHECKS", (Check("first", lambda: "what is wrong"), Check("second", str)))

    with pytest.raises(typer.Exit) as ended:
        check.main()

    assert ended.value.exit_code == 1
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["first", "failed"],
        ["what", "is", "wrong"],
        ["second", "ok"],
    ]


def test_when_all_is_well_it_succeeds(monkeypatch):
    monkeypatch.setattr(check, "CHECKS", (Check("only", str),))

    with pytest.raises(typer.Exit) as ended:
        check.main()

    assert ended.value.exit_code == 0


def test_the_rooms_keep_their_direction():
    assert linters.imports() == ""


@pytest.mark.parametrize("file", sorted((ROOT / "domain").glob("**/*.py")), ids=lambda file: file.name)
def test_the_rules_need_nothing_but_the_standard_library_and_dateutil(file: Path):
    assert imported_by(file) <= {*sys.stdlib_module_names, "dateutil", "domain"}


def test_the_contracts_on_dialects_name_every_dialect():
    dialects = {f"api.{file.parent.name}" for file in ROOT.glob("api/*/dialect.py")}
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    by_name = {contract["name"]: contract for contract in contracts}
    assert set(by_name["A dialect knows nothing of the others"]["modules"]) == dialects
    assert set(by_name["A dialect asks the store by use cases only"]["source_modules"]) >= dialects


def test_the_image_has_every_room_that_its_rooms_import():
    named = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    rooms = {folder.parent.name for folder in ROOT.glob("*/__init__.py")}

    imported = {
        name for room in named for file in (ROOT / room).glob("**/*.py") for name in imported_by(file)
    }

    assert imported & rooms <= named


def imported_by(file: Path) -> set[str]:
    return {
        name.split(".")[0]
        for node in ast.walk(ast.parse(file.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }


def test_the_migrations_lead_to_the_tables():
    assert migrations.complaint() == ""


def test_the_requirements_are_in_step():
    assert requirements.complaint() == ""


@pytest.mark.parametrize(
    ("pinned", "complaint"),
    [
        (f"celery==5.7.0{HASH}", ""),
        # with an extra, a marker, a comment and the lines that pip allows
        (
            f"# broker\ncelery[redis]==5.7.0 ; python_version >= '3.11' \\\n   {HASH} \\\n   {HASH}\n  # via us",
            "",
        ),
        (f"kombu==5.7.0{HASH}", "r.txt: celery<5.8,>=5.7 is missing."),
        (f"celery==5.6.9{HASH}", "r.txt: celery 5.6.9 is not what celery<5.8,>=5.7 asks for."),
        ("celery==5.7.0", "r.txt: celery is not pinned to one version with its hashes."),
        (f"celery>=5.7{HASH}", "r.txt: celery is not pinned to one version with its hashes."),
    ],
)
def test_each_dependency_is_pinned_as_asked_and_with_its_hashes(tmp_path, pinned, complaint):
    file = tmp_path / "r.txt"
    file.write_text(pinned)

    assert "\n".join(requirements.compare(["celery>=5.7,<5.8"], file)) == complaint


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("services: {web: {image: presently, ports: ['8000:8000']}}", ""),
        ("services: {web: {image: presently, prots: ['8000:8000']}}", "prots"),
        ("services: [web]", "services"),
        ("services: {web: {", "Failed to parse"),
    ],
)
def test_the_compose_file_must_be_what_the_specification_allows(tmp_path, content, wrong):
    file = tmp_path / "docker-compose.yml"
    file.write_text(content)

    complaint = compose.complaint(file)

    assert wrong in complaint
    assert bool(wrong) == bool(complaint)


def test_a_compose_file_that_is_not_there_is_a_complaint(tmp_path):
    assert compose.complaint(tmp_path / "docker-compose.yml") == "docker-compose.yml is missing."
