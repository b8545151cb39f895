"""How the tables came to be: one module a step, each written by hand and never changed again.

The tables as they are now are in each room's `tables`; a test holds the two equal on every
database. Steps are taken by `storage.schema`.
"""
