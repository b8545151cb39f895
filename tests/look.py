"""Pictures of every page, to be looked at: `make look`.

A service of its own is started, the scene of the browser tests is set in it, and every kind of page
is photographed into var/look/<language>/<device>/<page>.png, with one sheet that shows them all.
"""

import shutil
import sys
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Page

from tests.browser.kinds import KINDS, reach
from tests.browser.scene import Scene, set_scene
from tests.browser.served import serving
from tests.browser.windows import DEVICES, Windows, find_chromium, running_chromium

FOLDER: Final = Path("var/look")
LANGUAGES: Final = ("en", "ca", "ar")
IN_THE_DARK: Final = (
    *("home", "verify", "report-verified", "report-revoked", "badge-classes"),
    *("claim", "manage", "share", "form-mistaken", "award-held"),
)
ON_PAPER: Final = ("share", "share-full", "credential-public")
# Those further down are loaded when somebody scrolls to them.
_LOAD_PICTURES: Final = """() => Promise.all([...document.images].map((one) => {
  one.loading = "eager";
  return one.decode();
}))"""
_STYLE: Final = (
    "body{font:16px sans-serif;margin:1rem;background:#ddd}"
    "section{display:flex;gap:1rem;align-items:flex-start;overflow-x:auto;padding-bottom:1rem}"
    "figure{margin:0}img{width:20rem;border:1px solid #888}.phone img{width:10rem}"
)


def main() -> int:
    """Take the pictures and tell where they are."""
    path = find_chromium()
    if path is None:
        sys.stderr.write("Chromium is not installed; `make look` needs it\n")
        return 1
    shutil.rmtree(FOLDER, ignore_errors=True)
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder)) as served,
        running_chromium(path) as chromium,
    ):
        scene = set_scene(served, Windows(chromium, served.base_url))
        taken = list(_take_all(scene))
        scene.windows.close()
    sheet = FOLDER / "index.html"
    sheet.write_text(_sheet(taken), encoding="utf-8")
    sys.stdout.write(f"{len(taken)} pictures: {sheet}\n")
    for trouble in sorted(set(scene.windows.spy.troubles)):
        sys.stderr.write(f"trouble: {trouble}\n")
    return 0


def _take_all(scene: Scene) -> Iterator[Path]:
    for kind in KINDS:
        for language in LANGUAGES:
            for device in DEVICES:
                page = reach(kind, scene, language, device)
                yield _take(page, Path(language, device, f"{kind}.png"))
    for kind in IN_THE_DARK:
        for device in DEVICES:
            page = reach(kind, scene, "en", device)
            page.emulate_media(color_scheme="dark")
            yield _take(page, Path("dark", device, f"{kind}.png"))
            page.emulate_media(color_scheme="light")
    for kind in ON_PAPER:
        page = reach(kind, scene)
        page.emulate_media(media="print")
        yield _take(page, Path("paper", "desk", f"{kind}.png"))
        page.emulate_media(media="screen")


def _take(page: Page, name: Path) -> Path:
    page.evaluate(_LOAD_PICTURES)
    page.screenshot(path=FOLDER / name, full_page=True)
    return name


def _sheet(taken: Iterable[Path]) -> str:
    """Return a page that shows the pictures, a row for each kind of page."""
    rows: dict[str, list[Path]] = {}
    for name in taken:
        rows.setdefault(name.stem, []).append(name)
    body = "".join(
        f"<h2>{escape(kind)}</h2><section>{''.join(map(_figure, names))}</section>"
        for kind, names in rows.items()
    )
    return f"<!doctype html><meta charset=utf-8><title>Look</title><style>{_STYLE}</style>{body}"


def _figure(name: Path) -> str:
    language, device, _file = name.parts
    address = escape(name.as_posix())
    return (
        f'<figure class="{device}"><figcaption>{language}, {device}</figcaption>'
        f'<a href="{address}"><img src="{address}" alt="" loading="lazy"></a></figure>'
    )


if __name__ == "__main__":
    sys.exit(main())
