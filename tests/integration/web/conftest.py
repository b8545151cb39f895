"""The web application of an installation, for the tests of its doors."""

from tests.doors import own_story, told
from tests.site import open_site, site

__all__ = ["open_site", "own_story", "site", "told"]
