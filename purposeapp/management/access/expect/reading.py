"""From a file to access tests."""

from argparse import ArgumentTypeError
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from purposeapp.discovery.decisions import Resource
from purposeapp.domain.model import Mode, Via
from purposeapp.management.access.expect.model import AccessTest, Form, People, Thing, Way
from purposeapp.management.access.expect.nodes import (
    Field,
    Mistake,
    compose,
    items,
    line_of,
    mapping,
    text,
    texts,
    wrong,
)
from purposeapp.management.access.options import moment

_FORMS = {form.value: form for form in Form}
_THINGS = {
    "sees": (Resource.PURPOSE, True),
    "has": (Resource.PERSONA, True),
    "sees not": (Resource.PURPOSE, False),
    "has not": (Resource.PERSONA, False),
}
_KEYS = ("name", *_FORMS, *_THINGS, "via", "mode", "at")
_PEOPLE = ("group", "role", "user")
_EVERYBODY = "all"
_WITHOUT_NAME = (Via.USER, Via.PUBLIC, Via.EVERYONE)


def read_tests(file: Path) -> list[AccessTest]:
    """Raises InvalidRequest with the first mistake of each test, or OSError when there is no file."""
    tests, mistakes = list[AccessTest](), list[Mistake]()
    try:
        document = compose(file.read_text(encoding="utf-8"))
        if document is None:
            raise Mistake(1, "holds no tests")
        entries = items(document, "a list of tests")
    except (Mistake, UnicodeDecodeError) as error:
        mistake = error if isinstance(error, Mistake) else Mistake(1, "is not UTF-8")
        raise wrong(file.name, [mistake]) from None
    for entry in entries:
        try:
            tests.append(_test(entry))
        except Mistake as mistake:
            mistakes.append(mistake)
    if mistakes:
        raise wrong(file.name, mistakes)
    return tests


def _test(node: yaml.Node) -> AccessTest:
    fields, line = mapping(node, _KEYS, "a test: a mapping"), line_of(node)
    form = _form(fields, line)
    things = tuple(_things(fields))
    if not things:
        raise Mistake(line, f"says nothing: give {' or '.join(_THINGS)}")
    if form is not Form.USER:
        _require_for_users_only(fields, form)
    return AccessTest(
        name=text(fields["name"].value).text if "name" in fields else _title(form, things),
        line=line,
        form=form,
        people=_people(form, fields[form.value].value),
        things=things,
        via=_way(fields["via"].value) if "via" in fields else None,
        mode=_mode(fields["mode"].value) if "mode" in fields else Mode.EFFECTIVE,
        at=_moment(fields["at"].value) if "at" in fields else None,
    )


def _form(fields: Mapping[str, Field], line: int) -> Form:
    given = [name for name in _FORMS if name in fields]
    if len(given) != 1:
        raise Mistake(line, f"must have exactly one of {', '.join(_FORMS)}")
    return _FORMS[given[0]]


def _things(fields: Mapping[str, Field]) -> Iterator[Thing]:
    for key, (kind, wanted) in _THINGS.items():
        if key in fields:
            yield from (Thing(kind, name, wanted) for name in texts(fields[key].value))


def _require_for_users_only(fields: Mapping[str, Field], form: Form) -> None:
    for key in ("sees not", "has not", "via"):
        if key in fields:
            raise Mistake(fields[key].name.line, f"{key!r} goes with 'user' only, not with {form.value!r}")


def _people(form: Form, node: yaml.Node) -> People:
    if form is Form.USER:
        return People(users=(text(node),))
    if isinstance(node, yaml.ScalarNode):
        if node.value != _EVERYBODY or form is Form.NOBODY_OUTSIDE:
            raise Mistake(
                line_of(node), f"expected a mapping of {', '.join(_PEOPLE)}, such as {{group: finance}}"
            )
        return People(all=True)
    fields = mapping(node, _PEOPLE, f"{_EVERYBODY}, or a mapping of {', '.join(_PEOPLE)}")
    if not fields:
        raise Mistake(line_of(node), f"names nobody: give {', '.join(_PEOPLE)}")
    given = {name: texts(field.value) for name, field in fields.items()}
    return People(given.get("group", ()), given.get("role", ()), given.get("user", ()))


def _way(node: yaml.Node) -> Way:
    """`public`, `everyone`, `user`, or `{group: g}`, `{role: r}`."""
    if isinstance(node, yaml.ScalarNode):
        if node.value in _WITHOUT_NAME:
            return Way(Via(node.value))
        raise Mistake(line_of(node), "expected user, public, everyone, {group: …} or {role: …}")
    fields = mapping(node, (Via.GROUP, Via.ROLE), "user, public, everyone, {group: …} or {role: …}")
    if len(fields) != 1:
        raise Mistake(line_of(node), "must be one group or one role")
    ((name, field),) = fields.items()
    return Way(Via(name), text(field.value))


def _mode(node: yaml.Node) -> Mode:
    given = text(node)
    if given.text not in list(Mode):
        raise Mistake(given.line, f"mode must be one of {', '.join(Mode)}")
    return Mode(given.text)


def _moment(node: yaml.Node) -> float:
    given = text(node)
    try:
        return moment(given.text)
    except ArgumentTypeError as error:
        raise Mistake(given.line, str(error)) from None


def _title(form: Form, things: tuple[Thing, ...]) -> str:
    return f"{form.value}: {', '.join(thing.name.text for thing in things)}"
