"""Where the next page begins, in an address: signed, and good for one viewer and one question only."""

import hashlib
import json

from django.conf import settings

from accessviz.staff import Viewer
from purposeapp.domain.page import CursorSigner


def cursors(viewer: Viewer, *question: str) -> CursorSigner:
    """`question` is the name of the page and whatever shapes its list."""
    key = hashlib.sha256(b"cursor of a page" + settings.SECRET_KEY.encode()).digest()
    return CursorSigner(key, json.dumps([viewer.tenant.slug, viewer.actor_id, *question]))
