"""Why the demo could not be loaded; the messages are for whoever runs the command."""


class LoadFailed(Exception):
    """A server refused or could not be reached."""


class NotTheDemo(LoadFailed):
    """Something of the wanted name exists and was not made by the demo: it is left alone."""
