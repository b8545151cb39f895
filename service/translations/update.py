"""`make messages`: take the words out of the pages, and tell what is not translated yet.

Every run writes the same files for the same words, so that a change shows what changed.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from service.web.languages import LANGUAGES

FOLDER: Final = Path(__file__).parent
SERVICE: Final = FOLDER.parent
SOURCE: Final = "en"
TRANSLATED: Final = tuple(tag for tag in LANGUAGES if tag != SOURCE)

_METHODS: Final = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_KEYWORDS: Final = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
# A date in a header would make every run another file.
_MOMENT: Final = datetime(2026, 1, 1, tzinfo=UTC)
_COPYRIGHT: Final = "Insígnia"


def main() -> None:
    """Bring the files to the pages' words, and end with 1 where a translation is not complete."""
    template = extracted()
    _write(FOLDER / "messages.pot", template)
    missing = 0
    for tag in TRANSLATED:
        catalog = updated(tag, template)
        _write(po_path(tag), catalog)
        _write_bytes(po_path(tag).with_suffix(".mo"), compiled(catalog))
        lacking = list(untranslated(catalog))
        missing += len(lacking)
        print(f"{tag}: {len(catalog) - len(lacking)} of {len(catalog)}")  # noqa: T201 -- a tool
        for message in lacking:
            print(f"  {message.id!r}")  # noqa: T201 -- a tool
    sys.exit(1 if missing else 0)


def extracted() -> Catalog:
    """Return every message of the pages, in the order of its text."""
    template = _empty(None)
    for _file, _line, message, comments, context in extract_from_dir(
        SERVICE, _METHODS, keywords=_KEYWORDS, comment_tags=("i18n:",), strip_comment_tags=True
    ):
        template.add(message, auto_comments=comments, context=context)
    return template


def updated(tag: str, template: Catalog) -> Catalog:
    """Return the translation of a language with the template's messages, and no others."""
    catalog = _empty(tag)
    path = po_path(tag)
    known = _read(path, tag) if path.exists() else _empty(tag)
    for message in template:
        if message.id:
            found = known.get(message.id, message.context)
            string = found.string if found is not None else None
            catalog.add(
                message.id, string, auto_comments=message.auto_comments, context=message.context
            )
    return catalog


def untranslated(catalog: Catalog) -> Iterator[Message]:
    """Give the messages that lack a word, or one of their plural forms."""
    for message in catalog:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (not all(strings) or message.fuzzy):
            yield message


def compiled(catalog: Catalog) -> bytes:
    """Return what gettext reads."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def written(catalog: Catalog) -> bytes:
    """Return a catalog as people edit it."""
    file = io.BytesIO()
    write_po(file, catalog, no_location=True, sort_output=True, width=100)
    return file.getvalue()


def po_path(tag: str) -> Path:
    """Return where the translation of a language is."""
    return FOLDER / tag / "LC_MESSAGES" / "messages.po"


def _read(path: Path, tag: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=tag)


def _empty(tag: str | None) -> Catalog:
    return Catalog(
        locale=tag,
        project="Insígnia",
        version="1",
        copyright_holder=_COPYRIGHT,
        msgid_bugs_address="",
        creation_date=_MOMENT,
        revision_date=_MOMENT,
        last_translator="",
        language_team="",
        fuzzy=False,
    )


def _write(path: Path, catalog: Catalog) -> None:
    _write_bytes(path, written(catalog))


def _write_bytes(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    main()
