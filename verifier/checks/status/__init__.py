"""Has the issuer revoked or suspended it?

A list that cannot be had or read decides nothing: it revokes nobody and vouches for nobody.
`entries` goes through the entries, with the table of their kinds; each kind has its module.
"""

from verifier.checks.status.entries import MAXIMUM_ENTRIES, check_status

__all__ = ["MAXIMUM_ENTRIES", "check_status"]
