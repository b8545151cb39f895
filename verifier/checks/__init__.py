"""The checks, one module each: every `check_*` returns findings and decides nothing.

The order they run in is in `verifier.verifier`, what they are worth in `verifier.policy`.
"""
