"""Real servers without a container engine. Standard library only: it runs before any install."""
