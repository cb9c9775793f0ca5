"""All people of a tenant as an inverted index, name → users, as bitmaps over ordinals in username order.

The mirror of `domain/snapshot`: that one says what a subject sees, this one who is meant by a name.

texts    many short texts in little memory      census     counting everybody, a stretch at a time
model    the population: who is meant           renumber   new ordinals when people come and go
"""

from purposeapp.domain.population.model import Population

__all__ = ["Population"]
