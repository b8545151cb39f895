"""Why a program is not let in."""

from openbadges.errors import RefusedError


class TokenError(RefusedError):
    """The bearer token opens nothing: it is unknown, revoked or too old."""


class ScopeError(RefusedError):
    """The bearer token is good, and for something else."""
