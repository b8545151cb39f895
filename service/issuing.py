"""The cycle of issuing with the settings of an installation, as every door has it."""

from issuer.issuance import Issuance
from issuer.issuers import Issuer
from service.installation import Installation


def issuance_of(installation: Installation, issuer: Issuer) -> Issuance:
    """Return the cycle for one issuer; recipients are written to where mail is set.

    Raises:
        RefusedError: the keystore cannot be opened.
    """
    return Issuance(
        issuer,
        installation.database,
        installation.keystore,
        installation.settings.limits.hold,
        notify=installation.settings.sends_mail,
    )
