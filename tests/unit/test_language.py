"""Every sentence of the pages has a German one, with the same places to fill in; and what is compiled is what is written."""

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
GERMAN = ROOT / "locale" / "de" / "LC_MESSAGES"
SPOKEN_IN = ("accessviz", "purposeapp")
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "Phrase", "counted"}

_LITERAL = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(?:_|n?gettext)\(u?{_LITERAL}")
_ENTRY = re.compile(r'^msgid (".+")\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? (".*")$', re.MULTILINE)


def in_templates() -> Iterator[str]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for found in _CALL.findall(templatize(path.read_text(encoding="utf-8"))):
            yield str(ast.literal_eval(found)).replace("\\n", "\n")


def in_python() -> Iterator[str]:
    for folder in SPOKEN_IN:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                    yield from (each.value for each in node.args[:1] if isinstance(each, ast.Constant))


SENTENCES = sorted({*in_templates(), *in_python()})


@pytest.fixture(scope="module")
def compiled() -> dict[str, list[str]]:
    """The German forms of each sentence, as they are at run time."""
    forms: dict[str, list[str]] = {}
    with (GERMAN / "django.mo").open("rb") as file:
        for key, value in GNUTranslations(file)._catalog.items():  # type: ignore[attr-defined]
            forms.setdefault(key if isinstance(key, str) else key[0], []).append(value)
    forms.pop("", None)
    return forms


def to_fill_in(sentence: str) -> list[str]:
    return sorted(set(re.findall(r"%\(\w+\)[sd]", sentence)))


@pytest.mark.parametrize(
    "sentence",
    [
        "Sign in",
        "Effective",
        "Previous",
        "Page %(number)s of %(of)s",
        "%(done)s of %(total)s",
        "High contrast",
        "beaten by %(policies)s",
        "%(count)s user",
    ],
)
def test_sentences_are_found_in_all_the_places_where_they_stand(sentence: str) -> None:
    assert sentence in SENTENCES


def test_every_sentence_has_a_german_one_and_there_are_no_others(compiled: dict[str, list[str]]) -> None:
    assert [sentence for sentence in SENTENCES if not all(compiled.get(sentence, [""]))] == []
    assert sorted(compiled.keys() - set(SENTENCES)) == []


def test_what_is_filled_in_is_the_same_in_both(compiled: dict[str, list[str]]) -> None:
    wrong = {
        sentence: forms
        for sentence, forms in compiled.items()
        if any(to_fill_in(form) != to_fill_in(sentence) for form in forms)
    }
    assert wrong == {}


def test_what_is_compiled_is_what_is_written(compiled: dict[str, list[str]]) -> None:
    written = {
        ast.literal_eval(sentence): ast.literal_eval(first)
        for sentence, first in _ENTRY.findall((GERMAN / "django.po").read_text(encoding="utf-8"))
    }
    assert written == {sentence: forms[0] for sentence, forms in compiled.items()}
