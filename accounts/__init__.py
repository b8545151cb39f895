"""Who people are, how they sign in, and what they may do.

There are no passwords: a person comes in by a link that works once, a program by a bearer token.
What is awarded is the business of `issuer`.
"""
