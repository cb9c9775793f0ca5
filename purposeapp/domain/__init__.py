"""What access means. No Django, no I/O, no clock: time is an argument."""
