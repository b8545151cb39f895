"""The doors: web pages, APIs and the command line.

Nothing is decided here. A door reads the clock and the settings, calls the rooms below, and says
what came of it.
"""
