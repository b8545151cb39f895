"""Award, claim, share, verify, withdraw, revoke: at a desk and on a phone, without scripts too."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Learner, Trainer
from tests.browser.served import Served
from tests.browser.windows import DEVICES, Windows

BADGE = "Good sources, well cited"
EVIDENCE = "https://en.wikipedia.org/wiki/Special:Diff/1"
GENUINE = "This credential is genuine and valid."
NOT_VALID = "This credential is not valid."
NOT_OPENED = "This link opens nothing"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("device", DEVICES)
def test_a_badge_is_awarded_taken_shared_verified_withdrawn_and_revoked(
    windows: Windows, served: Served, tmp_path: Path, device: str, *, scripts: bool
) -> None:
    address = f"learner-{device}-{scripts}@example.org"
    trainer = Trainer(windows.open(DEVICES[device], scripts=scripts))
    trainer.sign_in(served.sign_in_link(address))
    trainer.choose(BADGE)
    trainer.fill_in(address, evidence=EVIDENCE, narrative="**Ten** citations.")
    trainer.look()
    claim = trainer.confirm()

    learner = Learner(windows.open(DEVICES[device], scripts=scripts))
    manage = learner.take(claim)
    assert manage.startswith(f"{served.base_url}/manage/")
    expect(learner.page.get_by_text("Nobody but you can see this badge.")).to_be_visible()
    kept, gone = learner.share("For an employer"), learner.share("For a friend")

    stranger = windows.open(DEVICES[device], scripts=scripts)
    stranger.goto(kept)
    expect(stranger.get_by_role("heading", name=BADGE)).to_be_visible()
    expect(stranger.get_by_text("an e-mail address, hidden in a hash")).to_be_visible()
    assert "citations" not in stranger.get_by_role("main").inner_text()
    picture = downloaded(stranger, "Picture (PNG)", tmp_path)
    served.publish_status()  # the command line reads what was exported
    assert served.shell.json("verify", str(picture))["verdict"] == "VERIFIED"
    assert verdict_on(stranger, picture) == GENUINE

    learner.withdraw("For a friend")
    stranger.goto(gone)
    expect(stranger.get_by_text(NOT_OPENED)).to_be_visible()
    assert BADGE not in stranger.content()

    trainer.revoke("Given to the wrong person.")
    expect(trainer.page.get_by_text("It was revoked, for good.")).to_be_visible()
    served.publish_status()
    stranger.goto(kept)
    expect(stranger.get_by_role("region", name=NOT_VALID)).to_be_visible()
    expect(stranger.get_by_text("The issuer has revoked it.", exact=True).first).to_be_visible()
    assert verdict_on(stranger, picture) == NOT_VALID


def downloaded(page: Page, name: str, folder: Path) -> Path:
    """Download one form of the badge that is shown."""
    with page.expect_download() as started:
        page.get_by_role("link", name=name).click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def verdict_on(page: Page, file: Path) -> str:
    """Upload a file to the verify page, and return the verdict's sentence."""
    page.goto("/verify")
    page.get_by_label("A file").set_input_files(file)
    page.get_by_role("button", name="Verify").click()
    return page.locator("#verdict").inner_text()
