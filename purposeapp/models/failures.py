"""What a failing database means to those who asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error

from purposeapp.domain.errors import Unavailable


@contextmanager
def database_failures_as(error: type[Unavailable]) -> Iterator[None]:
    """Turn any error of the database into `error`; works around a block or as a decorator.

    The driver's text stays in `__cause__`. Query sets must be evaluated inside.
    """
    try:
        yield
    except Error as failure:
        raise error from failure
