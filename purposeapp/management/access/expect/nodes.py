"""YAML that does not forgive a slip: what is wrong is said with its line.

Values are taken as they are written: `user: 007` is the user 007, and `no` is a name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from purposeapp.domain.errors import InvalidRequest
from purposeapp.management.access.expect.model import Written
from purposeapp.management.access.names import did_you_mean


class Mistake(Exception):
    """Something that cannot be meant so; `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def wrong(file: str, mistakes: Iterable[Mistake]) -> InvalidRequest:
    """All of them in one error, by `file:line` in the order of the lines."""
    places: dict[str, str] = {}
    for mistake in sorted(mistakes, key=lambda mistake: mistake.line):
        place = f"{file}:{mistake.line}"
        places[place] = f"{places[place]}; {mistake}" if place in places else str(mistake)
    return InvalidRequest(f"{file} has mistakes, so no test was run", fields=places)


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a mapping, and what stands behind it."""

    name: Written
    value: yaml.Node


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def compose(text: str) -> yaml.Node | None:
    """The one document of a file; None when it is empty. Raises Mistake."""
    try:
        return yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Mistake(line, f"is not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise Mistake(1, f"is not YAML: {error}") from None


def items(node: yaml.Node, what: str) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise Mistake(line_of(node), f"expected {what}")
    return list(node.value)


def mapping(node: yaml.Node, known: Iterable[str], what: str) -> Mapping[str, Field]:
    """The fields by name. Raises Mistake for keys that are unknown or doubled."""
    if not isinstance(node, yaml.MappingNode):
        raise Mistake(line_of(node), f"expected {what}")
    known, found = list(known), dict[str, Field]()
    for key, value in node.value:
        name = text(key)
        if name.text not in known:
            guess = did_you_mean(name.text, known) or f"; there are {', '.join(known)}"
            raise Mistake(name.line, f"unknown key {name.text!r}{guess}")
        if name.text in found:
            raise Mistake(name.line, f"the key {name.text!r} is there twice")
        found[name.text] = Field(name, value)
    return found


def text(node: yaml.Node) -> Written:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise Mistake(line_of(node), "expected a text")
    return Written(node.value, line_of(node))


def texts(node: yaml.Node) -> tuple[Written, ...]:
    """One text, or a list of them."""
    if isinstance(node, yaml.SequenceNode):
        if not node.value:
            raise Mistake(line_of(node), "expected at least one name")
        return tuple(map(text, node.value))
    return (text(node),)
