"""What the commands exit with."""

NO_ACCESS = FAILED = 1
"""`explain`: the user does not see it. `test`: some test failed."""

USAGE = 2
"""The question cannot be answered as asked: an unknown option, name or file."""

COULD_NOT_TELL = 3
"""A source did not answer; nothing is known."""

OUTPUT_CLOSED = 141
"""Whoever read the output had enough of it: as a shell has it, 128 and SIGPIPE."""
