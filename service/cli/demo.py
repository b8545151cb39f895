"""`insignia demo`: the main job as a story, with what it made left behind to look at."""

import sys
from pathlib import Path
from typing import Final

import click

from badge_classes.badge_class import BadgeClass
from badge_classes.catalogue import Catalogue
from issuer.award import Award, parse_recipient
from issuer.issuers import Issuer
from issuer.new_issuer import is_public
from issuer.pictures import qr_svg
from issuer.revocation import revoke
from openbadges.errors import MissingError, RefusedError
from openbadges.strict import Document, whole_second
from service.cli.awarding import Awarded, award_now
from service.cli.door import answer, json_option, read_clock, read_settings
from service.cli.first_start import ORGANISATION, issuer_of, open_or_make
from service.cli.opened import close_at_end
from service.cli.verifying import describe
from service.due import publish_status
from service.installation import Installation
from service.public_view import local_source, local_trust
from service.settings import Settings
from verifier import Report, Verifier
from verifier.sources import NoDocuments

RECIPIENT: Final = "learner@example.org"


@click.command()
@json_option
def demo(*, as_json: bool) -> None:
    """Tell the main job as a story: define, award, sign, publish, verify, revoke."""
    settings = read_settings()
    story = _Story(silent=as_json)
    installation = close_at_end(_installation(settings, story))
    issuer = _issuer(installation, story)
    awarded = _award(installation, issuer, story)
    first = _verify(awarded.files[0], settings)
    story.tell("5. Anyone checks it, with no server and no network:", describe(first))
    _revoke(installation, awarded, story)
    last = _verify(awarded.files[0], settings)
    story.tell("7. The same file now says:", describe(last), _end(settings))
    if as_json:
        answer(_summary(awarded, first, last), str, as_json=True)


_END: Final = """
Try it yourself:
  {command} verify {out}/badge.png
  {command} badge-classes show
  {command} award first-edits --to learner@example.org --out {data}/first"""


def _end(settings: Settings) -> str:
    command = sys.argv[0] if Path(sys.argv[0]).name == "insignia" else "insignia"
    return _END.format(command=command, out=settings.data / "demo", data=settings.data)


class _Story:
    """Tells what happens, or is silent for programs."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent

    def tell(self, *paragraphs: str) -> None:
        """Print paragraphs and an empty line."""
        if not self._silent:
            click.echo("\n".join(paragraphs) + "\n")


_STANDING: Final = {
    True: "   It has no public https address, so its pictures say TRIAL.",
    False: "   It is a real issuer: the award of this story is real too, until it is revoked.",
}


def _installation(settings: Settings, story: _Story) -> Installation:
    started = open_or_make(settings)
    installation, made = started.installation, started.made
    if made is not None:
        story.tell(
            f"1. An installation was made in {settings.data}/: a database, and a keystore whose",
            f"   passphrase lies in {made.new_passphrase_file or 'the file that you named'}"
            " (mode 0600; beside the keys it is for trial only).",
        )
        return installation
    if installation.organisation != ORGANISATION and is_public(installation.base_url):
        raise RefusedError(
            f"{settings.data}/ is the real installation of {installation.organisation}, and the"
            " story would make a real award; set INSIGNIA_DATA to another folder"
        )
    story.tell(f"1. The installation in {settings.data}/ is used again.")
    return installation


def _issuer(installation: Installation, story: _Story) -> Issuer:
    issuer = issuer_of(installation)
    story.tell(f"2. The issuer is {issuer.name},", f"   {issuer.did}.", _STANDING[issuer.trial])
    return issuer


def _award(installation: Installation, issuer: Issuer, story: _Story) -> Awarded:
    installation.check_catalogue()
    badge_class = _something_to_award(installation.catalogue)
    wording = badge_class.wording(badge_class.language)
    story.tell(
        f"3. What is awarded: {wording.name} ({badge_class.reference}, {badge_class.method.value})",
        f"   {wording.description}",
    )
    now = read_clock()
    decided = Award(
        badge_class=badge_class,
        recipient=parse_recipient(RECIPIENT),
        language=badge_class.language,
        valid_from=whole_second(now),
    )
    out = installation.settings.data / "demo"
    awarded = award_now(installation, decided, did=issuer.did, out=out, now=now)
    (out / "qr.svg").write_bytes(qr_svg(awarded.credential.url))
    files = "\n".join(f"   {path}" for path in (*awarded.files, out / "qr.svg"))
    story.tell(
        f"4. It was awarded to {RECIPIENT} and signed as",
        f"   {awarded.credential.url}\n{files}",
    )
    return awarded


def _something_to_award(catalogue: Catalogue) -> BadgeClass:
    newest = map(catalogue.find, catalogue.slugs)
    found = next((one for one in newest if one.locked and not one.evidence_required), None)
    if found is None:
        raise MissingError(
            "no badge class is published that needs no evidence; publish the drafts with"
            " `insignia badge-classes lock`"
        )
    return found


def _verify(path: Path, settings: Settings) -> Report:
    verifier = Verifier(local_source(settings, NoDocuments()), trust=local_trust(settings))
    return verifier.verify(path.read_bytes(), now=read_clock(), expected_recipient=RECIPIENT)


def _revoke(installation: Installation, awarded: Awarded, story: _Story) -> None:
    reason = "the demonstration ends with a revocation"
    now = read_clock()
    installation.database.transact(
        lambda session: revoke(session, awarded.credential.url, reason=reason, now=now)
    )
    publish_status(installation, now=now)
    story.tell("6. The issuer revokes it, and publishes its status list.")


def _summary(awarded: Awarded, first: Report, last: Report) -> Document:
    return awarded.as_json() | {"verified": first.as_json(), "revoked": last.as_json()}
