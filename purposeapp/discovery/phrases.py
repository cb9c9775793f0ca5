"""What the domain says, in the reader's language."""

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from purposeapp.domain.errors import AccessError
from purposeapp.domain.phrase import Phrase, Quoted, Value


def said(text: str) -> str:
    """A phrase, with the phrases inside it and its numbers, as the reader has them; any other text unchanged."""
    if not isinstance(text, Phrase):
        return text
    pattern = _pattern(text)
    return pattern % {name: _spoken(value) for name, value in text.values.items()} if text.values else pattern


def said_of(error: AccessError) -> str:
    """Its message. In English it is `str(error)`."""
    return said(*error.args) if error.args else ""


def _pattern(phrase: Phrase) -> str:
    if not phrase.plural:
        return gettext(phrase.pattern)
    (count,) = phrase.values.values()
    return ngettext(phrase.pattern, phrase.plural, int(count))


def _spoken(value: Value) -> str:
    if isinstance(value, Quoted):
        return gettext("'%(name)s'") % {"name": value.name}
    if isinstance(value, str):
        return said(value)
    whole = isinstance(value, int) or value.is_integer()
    return number_format(int(value) if whole else value, force_grouping=True)
