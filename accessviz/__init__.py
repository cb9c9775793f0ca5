"""The web pages where people look at access. Views call the same discovery functions as the API, then a template."""
