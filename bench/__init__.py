"""Figures of the service beside its baselines, on made-up companies of a known size (bench/README.md)."""
