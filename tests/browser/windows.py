"""Chromium, and windows in it that are watched: nothing is asked of others, nothing goes wrong."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    Response,
    StorageState,
    sync_playwright,
)

ARGUMENTS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MILLISECONDS: Final = 20_000  # for one step; a busy machine needs one of them
PHONE: Final[Mapping[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
DESK: Final[Mapping[str, Any]] = {"viewport": {"width": 1280, "height": 900}}
DEVICES: Final = {"desk": DESK, "phone": PHONE}
# A page of ours that refuses something has such a status; the browser notes it as an error.
_REFUSAL: Final = "Failed to load resource"

_BROWSERS_OWN: Final = "chrome-error:"  # its page about a form that would be sent again


class Spy:
    """Notes what no page of ours may do."""

    def __init__(self, base_url: str) -> None:
        self._own: tuple[str, ...] = (f"{base_url}/", "data:")
        self.troubles: list[str] = []

    def allow(self, base_url: str) -> None:
        """Let windows open pages of one other site too."""
        self._own = (*self._own, f"{base_url}/")

    def watch(self, context: BrowserContext) -> None:
        """Watch every page of a context."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.troubles.append(f"script: {error.error}"))
        context.on("dialog", self._dialog)

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self._own):
            self.troubles.append(f"a request to others: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.troubles.append(f"{response.status} for {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.page is not None and message.page.url.startswith(_BROWSERS_OWN):
            return
        if message.type in {"error", "warning"} and not message.text.startswith(_REFUSAL):
            self.troubles.append(f"console: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()


class Windows:
    """Opens windows, each of a person of its own; every one is watched by the same spy."""

    def __init__(self, chromium: Browser, base_url: str) -> None:
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self.base_url = base_url
        self.spy = Spy(base_url)

    def open(
        self,
        device: Mapping[str, Any] = DESK,
        *,
        scripts: bool = True,
        language: str = "en",
        state: StorageState | None = None,
        **options: Any,  # noqa: ANN401 -- the browser's own options
    ) -> Page:
        """Open a window; with a `state` it has the cookies of another one."""
        context = self._chromium.new_context(
            base_url=self.base_url,
            java_script_enabled=scripts,
            locale=language,
            storage_state=state,
            accept_downloads=True,
            **{**device, **options},
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        self._contexts.append(context)
        self.spy.watch(context)
        return context.new_page()

    def close(self) -> None:
        """Close them all."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()


def find_chromium() -> str | None:
    """Return where the system's Chromium is, if it has one."""
    return shutil.which("chromium")


@contextmanager
def running_chromium(path: str) -> Iterator[Browser]:
    """Start Chromium, and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
