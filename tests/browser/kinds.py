"""Every kind of page, each with who sees it and how it is reached from a scene, in any language."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page

from tests.browser.scene import ARABIC, LONG, Scene

UNKNOWN_CONTEXT: Final = json.dumps(
    {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://example.org/words"],
        "type": ["VerifiableCredential"],
        "issuer": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "credentialSubject": {"id": "did:example:1"},
    }
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page; `who` has a window in the scene."""

    who: str
    reach: Callable[[Page, Scene], None]


def at(path: str, who: str = "visitor") -> Kind:
    """Give a page that has a fixed address."""
    return Kind(who, lambda page, _scene: _open(page, path))


def of(name: str, who: str = "visitor") -> Kind:
    """Give a page whose address the scene knows."""
    return Kind(who, lambda page, scene: _open(page, scene.at[name]))


def report(presented: Callable[[Scene], str], recipient: str = "") -> Kind:
    """Give what the verify page says of a text or a link."""

    def reach(page: Page, scene: Scene) -> None:
        page.goto("/verify")
        page.locator("#text").fill(presented(scene))
        if recipient:
            page.locator(".verify summary").first.click()
            page.locator("#recipient").fill(recipient)
        page.locator(".verify .button.large").click()
        page.locator("#verdict, #mistake").first.wait_for()

    return Kind("visitor", reach)


def _open(page: Page, address: str) -> None:
    page.goto(address)


def _fill(page: Page, recipient: str, narrative: str = "", link: str = "") -> None:
    page.goto("/awards/new/citing-sources")
    page.locator("#recipient").fill(recipient)
    page.locator("#narrative").fill(narrative)
    page.locator("#evidence").fill(link)
    page.locator("button[value=preview]").click()


def _mistaken_form(page: Page, _scene: Scene) -> None:
    _fill(page, f"{LONG}@", link=f"ftp://{LONG}")


def _preview(page: Page, _scene: Scene) -> None:
    _fill(page, "another@example.org", "**Ten** citations.", "https://example.org/ten")


def _long_preview(page: Page, _scene: Scene) -> None:
    _fill(page, f"{LONG[:60]}@{LONG[:60]}.org", f"{LONG} {ARABIC}", f"https://example.org/{LONG}")


def _preview_again(page: Page, _scene: Scene) -> None:
    _fill(page, "learner@example.org", "Once more.")
    page.locator("button[value=award]").click()


def _unconfirmed_revocation(page: Page, scene: Scene) -> None:
    page.goto(scene.at["award"])
    page.locator("#reason").fill(LONG)
    page.locator("form[action$=revoke] button").click()


def _nothing_to_verify(page: Page, _scene: Scene) -> None:
    page.goto("/verify")
    page.locator(".verify .button.large").click()


def _managed(name: str) -> Kind:
    return of(name, "learner")


KINDS: Final[Mapping[str, Kind]] = {
    "home": at("/"),
    "verify": at("/verify"),
    "verify-mistake": Kind("visitor", _nothing_to_verify),
    "report-verified": report(lambda scene: scene.at["full-share"]),
    "report-wrong-person": report(lambda scene: scene.at["share"], "stranger@example.org"),
    "report-revoked": report(lambda scene: scene.at["revoked-share"]),
    "report-undecided": report(lambda _scene: UNKNOWN_CONTEXT),
    "report-nonsense": report(lambda _scene: LONG),
    "report-no-link": report(lambda scene: f"{scene.windows.base_url}/s/{LONG}"),
    "badge-classes": at("/badge-classes"),
    "badge-classes-none": at("/badge-classes?method=event&badge_language=tlh"),
    "badge-class": at("/badge-classes/citing-sources"),
    "issuer": of("issuer"),
    "sign-in": at("/sign-in"),
    "sign-in-link": of("sign-in-link"),
    "docs": at("/docs"),
    "missing": at("/nothing-here"),
    "claim": of("claim"),
    "claim-held": of("held-claim"),
    "claim-taken": of("taken-claim"),
    "claim-undone": of("undone-claim"),
    "share": of("share"),
    "share-full": of("full-share"),
    "share-long": of("long-share"),
    "share-revoked": of("revoked-share"),
    "share-missing": at(f"/s/{LONG}"),
    "credential-private": of("private"),
    "credential-public": of("public"),
    "manage-closed": of("manage"),
    "manage": _managed("manage"),
    "manage-new": _managed("new-manage"),
    "manage-long": _managed("long-manage"),
    "manage-revoked": _managed("revoked-manage"),
    "awards-none": at("/awards", "newcomer"),
    "awards": at("/awards", "trainer"),
    "choose": at("/awards/new", "trainer"),
    "choose-none": at("/awards/new?method=event&badge_language=tlh", "trainer"),
    "form": at("/awards/new/citing-sources", "trainer"),
    "form-mistaken": Kind("trainer", _mistaken_form),
    "preview": Kind("trainer", _preview),
    "preview-long": Kind("trainer", _long_preview),
    "preview-again": Kind("trainer", _preview_again),
    "award": of("award", "trainer"),
    "award-held": of("held-award", "trainer"),
    "award-taken": of("taken-award", "trainer"),
    "award-undone": of("undone-award", "trainer"),
    "award-revoked": of("revoked-award", "trainer"),
    "award-unconfirmed": Kind("trainer", _unconfirmed_revocation),
    "account": at("/account", "newcomer"),
}


def reach(name: str, scene: Scene, language: str = "en", device: str = "desk") -> Page:
    """Open a page of a kind, and return the window that shows it."""
    kind = KINDS[name]
    page = scene.page(kind.who, language, device)
    kind.reach(page, scene)
    return page
