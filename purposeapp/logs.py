"""One event, one line: logs as JSON, each line with the id of the request it belongs to."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request being served, set by the middleware."""

_NOT_TOLD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "request_id", "request"}
"""Attributes of a record that become no keys. Django's `request` prints its query, which may hold a token."""


class RequestIdFilter(logging.Filter):
    """Gives every record the id of the request it was logged in, or is about: Django logs refusals after the middleware."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = request_id.get() or getattr(request, "request_id", "")
        return True


class JsonFormatter(logging.Formatter):
    """A record as one JSON object; what was passed in `extra` becomes keys of their own."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if identity := getattr(record, "request_id", ""):
            event["requestId"] = identity
        event |= {key: value for key, value in vars(record).items() if key not in _NOT_TOLD}
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps(event, default=str, ensure_ascii=True)
