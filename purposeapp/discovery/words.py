"""Finding by words: the `q` of the lists."""

from purposeapp.domain.model import Persona, Purpose


def mentions(item: Purpose | Persona, words: str) -> bool:
    """Whether every word is part of the name or the description, whatever the case. No words: yes."""
    if not words:
        return True
    text = f"{item.name}\n{item.display_name}\n{item.description}".casefold()
    return all(word in text for word in words.casefold().split())
