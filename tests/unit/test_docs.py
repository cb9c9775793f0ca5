"""The documentation tells the truth: what it names is there, and what is there is named."""

import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from purposeapp.api.urls import urlpatterns

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("bench/*.md"), *ROOT.glob("tests/**/*.md")]
)
READ_BY_THE_MAKEFILE = {"WEB_CONCURRENCY"}
NOT_WORTH_A_WORD = {"__init__.py", "__pycache__", "apps.py", "migrations"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code(page: str) -> Iterator[str]:
    """What a page shows as code: its blocks, and what stands between backticks."""
    blocks = re.compile(r"^```.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)
    yield from blocks.findall(page)
    yield from re.findall(r"`([^`\n]+)`", blocks.sub("", page))


def tree() -> list[str]:
    """The lines of the map in docs/architecture.md."""
    return next(block for block in code(text("docs/architecture.md")) if "domain/ " in block).splitlines()


def test_operations_lists_exactly_the_variables_that_the_settings_read() -> None:
    rows = re.findall(
        r"^\| (`[A-Z].*?) \|", text("docs/operations.md").split("## Configuration")[1], re.MULTILINE
    )
    documented = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    reading = r"(?:env\.\w+|_kept_secret)\(\s*[\"']([A-Z_]+)[\"']"
    read = set(re.findall(reading, text("purposeapp/settings.py")))
    assert documented == read | READ_BY_THE_MAKEFILE


@pytest.mark.parametrize("address", sorted(f"/{pattern.pattern}" for pattern in urlpatterns))
def test_the_api_page_has_every_address(address: str) -> None:
    assert re.search(rf"`(GET |POST )?{address}`", text("docs/api.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [each for each in targets if "://" not in each and not (page.parent / each).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_has_the_targets_that_are_named(page: Path) -> None:
    shown = "\n".join(code(page.read_text(encoding="utf-8")))
    named = set(re.findall(r"^\s*make ([a-z-]+)", shown, re.MULTILINE))
    assert named <= set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))


def test_the_map_shows_what_is_there_and_no_more() -> None:
    names = {
        name for line in tree() for name in re.findall(r"(?:^|\s)([a-z]+(?:/|\.py)?)(?=\s|$)", line[:37])
    }
    shown = {name.rstrip("/") for name in names if name.endswith(("/", ".py"))}
    assert {
        name for name in shown if not any((base / name).exists() for base in (ROOT, ROOT / "purposeapp"))
    } == set()
    inside = {each.name for each in (ROOT / "purposeapp").iterdir() if each.suffix in ("", ".py")}
    assert inside - shown - NOT_WORTH_A_WORD == set()


def test_what_the_architecture_calls_by_name_is_there() -> None:
    named = [
        re.fullmatch(r"([a-z_]+/[a-z_/]+)(?:\.([a-z_]+))?", each)
        for each in code(text("docs/architecture.md"))
    ]
    found = [(match[1], match[2]) for match in named if match]
    assert found
    for path, attribute in found:
        module = import_module(f"purposeapp.{path.replace('/', '.')}") if attribute != "md" else None
        assert module is None or attribute in (None, "py") or hasattr(module, attribute), path


def test_the_layers_told_are_the_layers_kept() -> None:
    contracts = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    kept = [set(re.split(r" [:|] ", layer.replace("purposeapp.", ""))) for layer in layers]
    block = next(block for block in code(text("docs/architecture.md")) if block.startswith("asgi"))
    assert [set(re.split(r" [·│] ", line)) for line in block.splitlines()] == kept
