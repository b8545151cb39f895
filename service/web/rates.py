"""How often one address, or one token, may ask.

Buckets are kept in the memory of one process; a proxy in front can hold them for several.
"""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from flask import Flask, Response, request
from flask_limiter import Limiter
from werkzeug.middleware.proxy_fix import ProxyFix

from service.settings import Limits
from service.web.running import running

# A code that was taken (409, 410) is a real one: who opens it again guesses at nothing, and does
# not use up what a workshop behind one router has.
_MISSES: Final = frozenset({404})
IPV6_BUCKET: Final = 64  # bits: one household or machine has all the addresses below (I16)


def caller() -> str:
    """Return the address that a request is counted for."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ip_network((address, IPV6_BUCKET), strict=False))
    return str(address)


def pages() -> str:
    """Return the limit of everything that has no other."""
    return f"{_limits().rate_pages}/minute"


def verifying() -> str:
    """Return the limit of what costs a verification."""
    return f"{_limits().rate_verify}/minute"


def secrets() -> str:
    """Return the limit of guesses at a secret, in an address or a header (I13, I15)."""
    return f"{_limits().rate_secrets}/minute"


def _is_miss(response: Response) -> bool:
    return response.status_code in _MISSES


def api() -> str:
    """Return the limit of what a bearer token opens."""
    return f"{_limits().rate_api}/minute"


limiter: Final = Limiter(
    key_func=caller,
    default_limits=[pages],
    strategy="moving-window",
    storage_uri="memory://",
)


secret: Final = limiter.limit(secrets, deduct_when=_is_miss, override_defaults=False)
"""What a secret in the address opens: of one address only misses are counted here (I13, I15)."""


def count(app: Flask) -> None:
    """Count the requests of an application, by the addresses that its proxies tell."""
    hops = running_limits(app).trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign] # Flask's own way
    limiter.init_app(app)


def running_limits(app: Flask) -> Limits:
    """Return the figures of an application."""
    found: Limits = app.config["INSIGNIA_LIMITS"]
    return found


def _limits() -> Limits:
    return running().installation.settings.limits
