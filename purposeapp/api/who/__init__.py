"""Questions about everybody: who sees something, may somebody, what would a change do, how do two people differ."""
