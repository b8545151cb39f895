"""The web application of an installation, and a story of it, for the threats to its doors."""

from tests.doors import own_story, story, told
from tests.site import open_site, site

__all__ = ["open_site", "own_story", "site", "story", "told"]
