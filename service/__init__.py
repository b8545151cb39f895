"""The doors: the command line, and later web pages and APIs.

Nothing is decided here. A door reads the clock and the settings, calls the rooms below, and says
what came of it.
"""
