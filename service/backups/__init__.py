"""Backups: a copy of one moment, encrypted, and the way back that loses no revocation.

The keys are never in it: they have a file of their own, to be kept somewhere else.
"""
