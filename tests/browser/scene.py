"""Awards in every state, made once by people in windows, for tests and pictures to look at."""

from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Page, StorageState

from tests.browser.people import Learner, Trainer
from tests.browser.served import Served
from tests.browser.windows import DEVICES, Windows

BADGE: Final = "citing-sources"
FREE_BADGE: Final = "finding-your-feet"
EVIDENCE: Final = "https://en.wikipedia.org/wiki/Special:Diff/1"
NARRATIVE: Final = (
    "Added **ten citations** to three articles about rivers:\n\n- two books\n- eight papers\n\n"
    "She also said which source she left out, and why."
)
LONG: Final = "Sourcesandcitations" * 16  # more than 300 characters and no place to break
LONG_ACCOUNT: Final = ("Wolfeschlegelsteinhausenbergerdorff" * 9)[:300]
ARABIC: Final = "أضافت المتدرّبة عشرة مراجع إلى ثلاث مقالات (wiki: Nile) ثم راجعتها."
LONG_STORY: Final = f"{LONG}\n\n{ARABIC}\n\n`{LONG}`\n\n| {LONG} | {LONG} |\n|---|---|\n| 1 | 2 |"


@dataclass(slots=True)
class Scene:
    """Addresses by name, and the cookies of those who may open them."""

    windows: Windows
    served: Served
    at: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, StorageState] = field(default_factory=dict)
    _pages: dict[tuple[str, str, str], Page] = field(default_factory=dict)

    def page(self, who: str, language: str = "en", device: str = "desk") -> Page:
        """Return the one such window of a visitor, a trainer, a newcomer or a learner."""
        key = (who, language, device)
        if key not in self._pages:
            self._pages[key] = self.windows.open(
                DEVICES[device], language=language, state=self.cookies.get(who)
            )
        return self._pages[key]


def set_scene(served: Served, windows: Windows) -> Scene:
    """Let a trainer award one badge of each kind, and a learner take three of them."""
    scene = Scene(windows, served)
    trainer, learner = Trainer(windows.open()), Learner(windows.open())
    trainer.sign_in(served.sign_in_link("A trainer"))
    _wait_to_be_taken(scene, trainer)
    _take_back(scene, trainer)
    _take_and_share(scene, trainer, learner)
    _write_long(scene, trainer, learner)
    newcomer = Trainer(windows.open())
    newcomer.sign_in(served.sign_in_link(LONG_ACCOUNT))
    issuer = next((served.shell.data / "public" / "issuers").iterdir())
    scene.at["issuer"] = f"/issuers/{issuer.stem}"
    scene.at["sign-in-link"] = served.sign_in_link("Noor, trainer")
    served.publish_status()
    for who, page in (("trainer", trainer), ("learner", learner), ("newcomer", newcomer)):
        scene.cookies[who] = page.page.context.storage_state()
    windows.close()
    return scene


def _wait_to_be_taken(scene: Scene, trainer: Trainer) -> None:
    scene.at["held-claim"] = trainer.award(FREE_BADGE, "held@example.org", release=False)
    scene.at["held-award"] = trainer.page.url
    scene.at["claim"] = trainer.award(FREE_BADGE, "waits@example.org")
    scene.at["award"] = trainer.page.url


def _take_back(scene: Scene, trainer: Trainer) -> None:
    scene.at["undone-claim"] = trainer.award(FREE_BADGE, "undone@example.org", release=False)
    trainer.page.get_by_role("button", name="Undo it").click()
    scene.at["undone-award"] = trainer.page.url


def _take_and_share(scene: Scene, trainer: Trainer, learner: Learner) -> None:
    scene.at["taken-claim"] = trainer.award(BADGE, evidence=EVIDENCE, narrative=NARRATIVE)
    scene.at["taken-award"] = trainer.page.url
    scene.at["manage"] = learner.take(scene.at["taken-claim"])
    scene.at["share"] = learner.share("For an employer")
    learner.page.get_by_role("button", name="Make the full edition").click()
    scene.at["full-share"] = learner.share("For the program's report", "Full edition")
    scene.at["private"] = learner.own_addresses()[0]
    claim = trainer.award(FREE_BADGE, "revoked@example.org")
    scene.at["revoked-award"] = trainer.page.url
    scene.at["new-manage"] = learner.take(trainer.award(FREE_BADGE, "public@example.org"))
    learner.page.get_by_role("button", name="Show the badge there to everyone").click()
    scene.at["public"] = learner.own_addresses()[0]
    scene.at["revoked-manage"] = learner.take(claim)
    scene.at["revoked-share"] = learner.share("For a friend")
    trainer.page.goto(scene.at["revoked-award"])
    trainer.revoke("Given to the wrong person.")


def _write_long(scene: Scene, trainer: Trainer, learner: Learner) -> None:
    link = f"https://example.org/{LONG}"
    claim = trainer.award(BADGE, "long@example.org", evidence=link, narrative=LONG_STORY)
    scene.at["long-manage"] = learner.take(claim)
    learner.share(LONG[:300])
    learner.page.get_by_role("button", name="Make the full edition").click()
    scene.at["long-share"] = learner.share("For long eyes", "Full edition")
