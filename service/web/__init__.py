"""What all web pages and APIs share: one request's way in and out.

The doors themselves are in `signing_in`, `awarding`, `sharing`, `verifying` and `publishing`.
"""
