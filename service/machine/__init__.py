"""What programs need to know of the doors: bearer tokens, the OpenAPI description, its page."""
