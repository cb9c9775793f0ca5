"""PORT: which policies could concern a person. `base.py` is the port, every other file one backend (or what they share)."""
