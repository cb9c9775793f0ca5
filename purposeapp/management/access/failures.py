"""From what went wrong to one clear sentence and an exit code."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import Error

from purposeapp.domain.errors import AccessError, InvalidRequest, Unavailable
from purposeapp.management.access.exits import COULD_NOT_TELL, OUTPUT_CLOSED, USAGE
from purposeapp.management.access.harmless import harmless
from purposeapp.management.database import not_migrated, sentence

log = logging.getLogger(__name__)


@contextmanager
def told() -> Iterator[None]:
    """Raises CommandError, with its exit code, for everything that is expected to go wrong."""
    try:
        yield
    except BrokenPipeError:
        # What the interpreter still wants to write at its end would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OUTPUT_CLOSED)
    except (Unavailable, Error) as error:
        unknown = f"{sentence(error)} (this is not “no access”)"
        raise not_migrated(error) or CommandError(unknown, returncode=COULD_NOT_TELL) from error
    except AccessError as error:
        raise CommandError("\n".join(_sentences(error)), returncode=USAGE) from error
    except OSError as error:
        raise CommandError(harmless(f"{error.filename}: {error.strerror}"), returncode=USAGE) from error
    except CommandError:
        raise
    except Exception as error:
        # Python's own exit code for this is 1, which means "no access" here.
        log.exception("unexpected error")
        raise CommandError(
            "Something went wrong on our side; the log says what", returncode=COULD_NOT_TELL
        ) from error


def _sentences(error: AccessError) -> Iterator[str]:
    yield harmless(str(error))
    if isinstance(error, InvalidRequest):
        for place, what in error.fields.items():
            if what != str(error):
                yield f"  {harmless(place)}: {harmless(what)}"
