"""Every change that a session's cookie permits carries a token of that session (I4).

What is exempt is in one table. It either stands on a secret or a bearer token in the request, which
no other site can know, or it changes nothing.
"""

from typing import Final

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from keys import Keystore, SecretPurpose

EXEMPT: Final = {
    "signing_in.use": "the link's token is the secret, and there is no session yet",
    "claiming.take_badge": "the code is the secret, and there is no session yet",
    "managing.open_": "the link's token is the secret, and there is no session yet",
    "verifying.verify": "it changes nothing",
    "vc_api.verify_credential": "it changes nothing",
    "vc_api.verify_presentation": "it changes nothing",
    "vc_api.issue_credential": "a bearer token, and no cookie is read",
    "awards_api.create": "a bearer token, and no cookie is read",
    "batches_api.create": "a bearer token, and no cookie is read",
    "batches_api.undo": "a bearer token, and no cookie is read",
}


def protect(app: Flask, keystore: Keystore) -> None:
    """Let every other change ask for the token; its key is the keystore's (I7)."""
    app.secret_key = keystore.secret(SecretPurpose.FORM_TOKENS)
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,  # it lives as long as its session
        WTF_CSRF_SSL_STRICT=False,  # our pages send no referrer; `hosts` looks at the origin
    )
    protection = CSRFProtect(app)
    for name in EXEMPT:
        protection.exempt(app.view_functions[name])
