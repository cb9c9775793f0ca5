"""The one error of the native servers."""


class ServiceError(Exception):
    """A server could not be brought up or down. The message names the cure, and holds no secret."""
