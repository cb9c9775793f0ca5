"""Real servers without a container engine. Python standard library only, so that it runs before any install."""
