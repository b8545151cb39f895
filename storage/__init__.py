"""The one door to the database: engine, session, migrations.

What the tables mean is not here: each room that keeps rows has its own `tables` module.
"""

from storage.session import Database

__all__ = ["Database"]
