"""Access discovery: which purposes and personas a user can see, and why."""
