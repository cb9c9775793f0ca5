"""Loading a company into each kind of store; what was loaded completely before is kept."""
