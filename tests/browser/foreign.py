"""A page of somebody else, on another loopback port, with a policy as strict as can be."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

_PAGE: Final = """<!doctype html>
<html lang="{language}" dir="{direction}">
<head><meta charset="utf-8"><title>Who works here</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"></head>
<body><main><h1>Who works here</h1>{html}<p>After.</p></main></body></html>"""
# Nothing inline, nothing from elsewhere but what the widget needs; and no file of others that does
# not say itself that it may be used here.
_POLICY: Final = (
    "default-src 'none'; script-src {service}; connect-src {service}; img-src data: {service};"
    " base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass
class Foreign:
    """A site of somebody else, whose page shows what is written into `html`."""

    base_url: str
    policy: str
    html: str = ""
    language: str = "en"
    direction: str = "ltr"

    def page(self) -> bytes:
        """Return the page as it is now."""
        return _PAGE.format(
            language=self.language, direction=self.direction, html=self.html
        ).encode()


@contextmanager
def foreign_site(service: str) -> Iterator[Foreign]:
    """Serve somebody's page that may use files of a service, as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.page()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", site.policy)
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
            self.send_header("Referrer-Policy", "unsafe-url")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name there
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        site = Foreign(address, _POLICY.format(service=service))
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield site
        finally:
            server.shutdown()
