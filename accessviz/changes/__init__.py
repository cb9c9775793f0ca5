"""Changes to try out: as the simulation takes them, and as a form shows and sends them.

inputs    which fields each kind of change has     form    a question, from an address or a form that was sent
ready     changes that other pages suggest
"""

from accessviz.changes.form import Question
from accessviz.changes.ready import switching, to_try

__all__ = ["Question", "switching", "to_try"]
