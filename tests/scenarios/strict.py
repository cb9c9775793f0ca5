"""YAML that does not forgive a slip: unknown keys, doubled keys and wrong shapes are errors that say where."""

from collections.abc import Hashable
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml

Spec = TypeVar("Spec")


class _NoDuplicates(yaml.SafeLoader):
    """YAML's own reader lets the last of two equal keys win without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        doubled = {str(key) for key in keys if keys.count(key) > 1}
        if doubled:
            raise ValueError(f"{node.start_mark}: doubled key {', '.join(sorted(doubled))}")
        return super().construct_mapping(node, deep=deep)


def read_yaml(file: Path) -> Any:
    # The loader is a SafeLoader.
    return yaml.load(file.read_text(encoding="utf-8"), _NoDuplicates)


def spec(cls: type[Spec], entry: Any, where: str) -> Spec:
    """Make the dataclass `cls` from a mapping. A field whose default is a tuple takes a list; one of {} a mapping."""
    assert is_dataclass(cls)
    if not isinstance(entry, dict):
        raise ValueError(f"{where}: expected a mapping, found {entry!r}")
    known = {each.name: each for each in fields(cls)}
    unknown = [str(key) for key in entry if key not in known]
    if unknown:
        raise ValueError(f"{where}: unknown key {', '.join(unknown)}; there are {', '.join(known)}")
    missing = [
        name
        for name, each in known.items()
        if name not in entry and each.default is MISSING and each.default_factory is MISSING
    ]
    if missing:
        raise ValueError(f"{where}: {', '.join(missing)} is missing")
    for name, value in entry.items():
        default = known[name].default
        if isinstance(default, tuple) and not isinstance(value, list):
            raise ValueError(f"{where}: {name} must be a list, found {value!r}")
        if isinstance(default, bool | str | int) and type(value) is not type(default):
            raise ValueError(f"{where}: {name} must be a {type(default).__name__}, found {value!r}")
    made = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return cast(Spec, cls(**made))
