"""Who would gain and who would lose what, before anything is written.

changes    rows of a form or a selection, as changes of a simulation
effect     what they would do, in each mode
page       the preview on a form
selection  what is asked before something is done to a selection, or to one row
"""

from purposeapp.admin.preview.page import PreviewedForm
from purposeapp.admin.preview.selection import CONFIRM, DELETE, ConfirmedActions, confirmation

__all__ = ["CONFIRM", "DELETE", "ConfirmedActions", "PreviewedForm", "confirmation"]
