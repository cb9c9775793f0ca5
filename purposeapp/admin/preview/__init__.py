"""Who would gain and who would lose what, before anything is written.

changes    rows of a form or a selection, as changes of a simulation
effect     what they would do, in each mode           page    the preview on a form, and before a bulk action
"""

from purposeapp.admin.preview.page import ConfirmedSwitches, PreviewedForm

__all__ = ["ConfirmedSwitches", "PreviewedForm"]
