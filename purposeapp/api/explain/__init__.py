"""Why somebody sees a purpose or has a persona, or why not, over HTTP."""
