"""USE CASES: plain functions that take the ports they need as keyword arguments."""
