"""A QR code is held before the camera of the verify page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Learner, Trainer
from tests.browser.served import Served
from tests.browser.windows import ARGUMENTS, PHONE, Windows, find_chromium
from tests.given import encoded, qr_image

FRAMES = 5  # shown again and again
# Chromium on a phone reads codes by itself; the one of a server does not.
READS_CODES = """
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect(video) { return video.videoWidth ? [{ rawValue: "%s" }] : []; }
  };
"""


@pytest.fixture(scope="module")
def link(chromium: Browser, served: Served) -> Iterator[str]:
    """The share link of a badge."""
    windows = Windows(chromium, served.base_url)
    trainer, learner = Trainer(windows.open()), Learner(windows.open())
    trainer.sign_in(served.sign_in_link("Who awards what is scanned"))
    learner.take(trainer.award("finding-your-feet", "scanned@example.org"))
    yield learner.share("On paper")
    windows.close()


@pytest.fixture(scope="module")
def with_camera(
    chromium: Browser, link: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A browser that sees the badge's code on a table."""
    film = tmp_path_factory.mktemp("camera") / "code.mjpeg"
    film_a_code(link, film)
    browser = chromium.browser_type.launch(
        executable_path=find_chromium(),
        args=[
            *ARGUMENTS,
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    yield browser
    browser.close()


@pytest.fixture
def phone(with_camera: Browser, served: Served) -> Iterator[Page]:
    """The verify page on a phone."""
    windows = Windows(with_camera, served.base_url)
    page = windows.open(PHONE, permissions=["camera"])
    page.goto("/verify")
    yield page
    windows.close()
    assert windows.spy.troubles == []


def film_a_code(text: str, path: Path) -> None:
    table = Image.new("L", (640, 480), 128)
    table.paste(qr_image(text, pixels=8), (60, 40))
    path.write_bytes(encoded(table.convert("RGB"), "JPEG", quality=90) * FRAMES)


def scan(page: Page) -> None:
    page.get_by_role("button", name="Scan a QR code with the camera").click()
    expect(page.get_by_label("What the camera sees")).to_be_visible()


def test_what_the_camera_sees_is_sent_and_judged(phone: Page) -> None:
    scan(phone)
    phone.wait_for_function("document.querySelector('video').videoWidth > 0")
    phone.get_by_role("button", name="Read the code").click()
    expect(phone.get_by_role("heading", name="What was found")).to_be_visible()
    expect(phone.get_by_text("This credential is genuine and valid.")).to_be_visible()


def test_where_the_browser_reads_codes_nothing_needs_to_be_pressed(phone: Page, link: str) -> None:
    phone.add_init_script(READS_CODES % link)
    phone.reload()
    phone.get_by_role("button", name="Scan a QR code with the camera").click()
    expect(phone.get_by_text("This credential is genuine and valid.")).to_be_visible()


def test_the_camera_can_be_stopped(phone: Page) -> None:
    scan(phone)
    phone.get_by_role("button", name="Stop the camera").click()
    expect(phone.get_by_label("What the camera sees")).to_be_hidden()
    expect(phone.get_by_role("button", name="Scan a QR code with the camera")).to_be_focused()
    assert phone.evaluate("document.querySelector('video').srcObject") is None


def test_without_a_camera_another_way_is_told(windows: Windows) -> None:
    page = windows.open(PHONE)
    page.goto("/verify")
    page.get_by_role("button", name="Scan a QR code with the camera").click()
    expect(page.get_by_role("status")).to_contain_text("choose it as a file")


def test_without_scripts_there_is_the_file_field_alone(windows: Windows) -> None:
    page = windows.open(PHONE, scripts=False)
    page.goto("/verify")
    expect(page.get_by_label("A file", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Scan a QR code with the camera")).to_be_hidden()
