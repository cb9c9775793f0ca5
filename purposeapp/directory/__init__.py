"""PORT: who somebody is. `base.py` is the port, every other file one backend (or a wrapper of another)."""
