"""Who signs in to the sites of these tests."""

AUDITOR, PASSWORD = "nadia.rahman", "demo"
ADMINISTRATOR, ADMIN_PASSWORD = "admin", "of-the-browser-tests"
