"""The web application of an installation, for the tests of its doors."""

from tests.site import open_site, site

__all__ = ["open_site", "site"]
