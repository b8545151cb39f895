"""A trainer and a learner, who see the pages' words and use their buttons as people do."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

RECIPIENT = "learner@example.org"


@dataclass(frozen=True, slots=True)
class Trainer:
    """Somebody who awards badges in a window in English."""

    page: Page

    def sign_in(self, link: str) -> None:
        """Use a link that works once."""
        self.page.goto(link)
        self.page.get_by_role("button", name="Sign in now").click()
        self.page.get_by_role("heading", name="Awards", exact=True).wait_for()

    def choose(self, name: str) -> None:
        """Choose a badge by its name."""
        self.page.goto("/awards/new")
        self.page.get_by_role("link", name=name).click()

    def begin(self, reference: str) -> None:
        """Open the form of a badge by its reference."""
        self.page.goto(f"/awards/new/{reference}")

    def fill_in(self, recipient: str = RECIPIENT, **fields: str) -> None:
        """Say who receives it, with the other fields by the start of their labels."""
        self.page.get_by_role("textbox", name="Recipient", exact=True).fill(recipient)
        for name, value in fields.items():
            self.page.get_by_label(_LABELS[name]).fill(value)

    def look(self) -> None:
        """Ask for the preview."""
        self.page.get_by_role("button", name="Look at it").click()

    def award(
        self, reference: str, recipient: str = RECIPIENT, *, release: bool = True, **fields: str
    ) -> str:
        """Award a badge, release it unless told otherwise, and return the claim link."""
        self.begin(reference)
        self.fill_in(recipient, **fields)
        self.look()
        return self.confirm(release=release)

    def confirm(self, *, release: bool = True) -> str:
        """Award what the preview shows, and return the claim link."""
        self.page.get_by_role("button", name="Award it").click()
        link = self.page.get_by_label("Link", exact=True).input_value()
        if release:
            with self.page.expect_navigation():
                self.page.get_by_role("button", name="Release now").click()
        return link

    def revoke(self, reason: str) -> None:
        """Revoke the award whose page is open."""
        self.page.reload()
        self.page.get_by_label("Reason").fill(reason)
        self.page.get_by_label("Yes, revoke it for good").check()
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Revoke").click()


_LABELS = {
    "evidence": "Links to what was done",
    "narrative": "What the recipient did",
}


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who was given a claim link, in a window in English."""

    page: Page

    def take(self, claim: str) -> str:
        """Take a badge, and return the link to its own page."""
        self.page.goto(claim)
        self.page.get_by_role("button", name="Take the badge").click()
        return self.page.get_by_label("Keep this link").input_value()

    def share(self, name: str, edition: str | None = None) -> str:
        """Make a share link, and return it."""
        self.page.get_by_label("For whom is the link?").fill(name)
        if edition is not None:
            self.page.get_by_label(edition).check()
        self.page.get_by_role("button", name="Make a share link").click()
        return self.shared(name).get_by_role("textbox").input_value()

    def shared(self, name: str) -> Locator:
        """Return the part of the page that is about one share link."""
        return self.page.get_by_role("listitem").filter(has_text=name)

    def withdraw(self, name: str) -> None:
        """Withdraw a share link."""
        self.shared(name).get_by_role("button", name="Withdraw").click()
        self.shared(name).wait_for(state="detached")

    def own_addresses(self) -> list[str]:
        """Return the address that each edition of the badge names as its own."""
        return self.page.get_by_role("link", name="/credentials/").all_inner_texts()
