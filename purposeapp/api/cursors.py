"""Cursors that are good for one question only."""

import hashlib
import json
from typing import Any

from django.conf import settings

from purposeapp.domain.page import CursorSigner


def signer(*scope: Any) -> CursorSigner:
    """Binds cursors to everything that makes up a question: its address, tenant, caller and what shapes the list.

    The parts are JSON values.
    """
    key = hashlib.sha256(b"page cursor" + settings.SECRET_KEY.encode()).digest()
    return CursorSigner(key, json.dumps(scope, sort_keys=True))
