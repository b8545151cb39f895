"""`insignia award`, `files`, `revoke` and `status publish`: what an issuer does."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click

from badge_classes.badge_class import BadgeClass
from issuer.award import Award, Evidence, parse_recipient
from issuer.batches.lists import Terms, lines_of
from issuer.claims import claim_code, hand_over
from issuer.issuance import Issued
from issuer.issuers import Issuer, find_issuer
from issuer.pictures import badge_png, badge_svg, mark_trial
from issuer.policy import proposed_end
from issuer.publication import export
from issuer.recipients import recipient_hash
from issuer.released import Released
from issuer.revocation import revoke as record_revocation
from issuer.standing import earlier_awards
from openbadges.errors import ExplainedError, RefusedError, UnavailableError
from openbadges.strict import Document, parse_json_object, parse_timestamp, whole_second
from service.backups.restoring import catch_up_with_public
from service.cli.batches import say_batch
from service.cli.carrying_out import award_list, read_list
from service.cli.door import answer, cleaned, json_option, notice, read_clock
from service.cli.opened import open_installation
from service.due import publish_status
from service.installation import Installation
from service.issuing import issuance_of


@dataclass(frozen=True, slots=True)
class Awarded:
    """What one award made: its credential to hand over, and the files that were written."""

    issuer: Issuer
    badge_class: BadgeClass
    credential: Issued  # the fullest edition
    editions: tuple[Issued, ...]
    files: tuple[Path, ...]
    claim_url: str  # for the recipient alone, once the service serves it

    def as_json(self) -> Document:
        """Return what programs want to know."""
        return {
            "id": self.credential.url,
            "issuer": self.issuer.did,
            "badgeClass": self.badge_class.reference,
            "editions": {one.edition.value: one.url for one in self.editions},
            "files": [str(path) for path in self.files],
            "claimUrl": self.claim_url,
        }


@click.command()
@click.argument("badge_class")
@click.option("--to", "recipient", help="An e-mail address, user:NAME@WIKI, or a DID.")
@click.option(
    "--list",
    "list_file",
    type=click.File("rb"),
    metavar="FILE",
    help="Award everybody in FILE, one a line; - reads standard input.",
)
@click.option("--language", help="Which of the badge class's languages; its own unless given.")
@click.option("--valid-until", help="When it ends, such as 2027-12-31T23:59:59Z.")
@click.option("--evidence", multiple=True, help="A link to what was done; may be repeated.")
@click.option("--narrative", help="What the evidence shows, in Markdown.")
@click.option("--issuer", "did", help="The DID of who awards; the issuer made last unless given.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for credential.json, credential.jws, badge.svg and badge.png.",
)
@click.option("--again", is_flag=True, help="With --list: also to those who have this badge.")
@click.option("--key", help="With --list: a key of your own; sent again it awards nothing new.")
@json_option
def award(  # noqa: PLR0913 -- one for each option
    *,
    badge_class: str,
    recipient: str | None,
    list_file: BinaryIO | None,
    language: str | None,
    valid_until: str | None,
    evidence: tuple[str, ...],
    narrative: str | None,
    did: str | None,
    out: Path | None,
    again: bool,
    key: str | None,
    as_json: bool,
) -> None:
    """Award BADGE_CLASS (SLUG or SLUG@VERSION) to a person, or to everybody in a list."""
    if (recipient is None) is (list_file is None):
        raise click.UsageError("award it --to a person, or to a --list of them")
    if list_file is not None and out is not None:
        raise click.UsageError("a --list writes no files; `insignia batch show` has its links")
    if list_file is None and (again or key is not None):
        raise click.UsageError("--again and --key are for a --list")
    text = None if list_file is None else read_list(list_file)
    installation = open_installation()
    now = read_clock()
    found = installation.badge_class(badge_class)
    terms = Terms(
        badge_class=found,
        language=found.language if language is None else language,
        valid_from=whole_second(now),
        valid_until=_end(valid_until, found, whole_second(now)),
        again=again,
    )
    shown = _evidence(evidence, narrative)
    if text is not None:
        lines = tuple(lines_of(text, shown))
        named = None if key is None else (key, valid_until)
        made = award_list(installation, terms, lines, did=did, key=named)
        say_batch(made, installation, as_json=as_json)
        return
    decided = terms.award(parse_recipient(recipient or ""), shown)
    awarded = award_now(installation, decided, did=did, out=out, now=now)
    if out is None:
        notice(
            f"no files were written; `insignia files {awarded.credential.url} --out FOLDER` does"
        )
    answer(awarded.as_json(), lambda: _say(awarded), as_json=as_json)


@click.command()
@click.argument("credential")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for credential.json, credential.jws, badge.svg and badge.png.",
)
@json_option
def files(*, credential: str, out: Path, as_json: bool) -> None:
    """Write the files of CREDENTIAL (its id or UUID) again, byte for byte."""
    out.mkdir(parents=True, exist_ok=True)
    paths = write_files(open_installation(), credential, out, now=read_clock())
    written = [str(path) for path in paths]
    answer({"files": written}, lambda: "\n".join(written), as_json=as_json)


@click.command()
@click.argument("credential")
@click.option("--reason", required=True, help="Why; kept in the record, not published.")
@json_option
def revoke(*, credential: str, reason: str, as_json: bool) -> None:
    """Revoke CREDENTIAL (its id or UUID) for good; `status publish` makes it visible."""
    installation = open_installation()
    text = cleaned(reason, what="the reason")
    now = read_clock()
    rows = installation.database.transact(
        lambda session: record_revocation(session, credential, reason=text, now=now)
    )
    revoked = [row.credential_url for row in rows]
    answer(
        {"revoked": revoked},
        lambda: (
            "\n".join(f"revoked: {url}" for url in revoked)
            + "\nReaders learn of it within a minute where the service runs, and else with"
            " `insignia status publish`."
        ),
        as_json=as_json,
    )


@click.group()
def status() -> None:
    """Publish the status lists."""


@status.command()
@json_option
def publish(*, as_json: bool) -> None:
    """Publish every list that is new, a day old, or has revocations not yet public."""
    count = publish_status(open_installation(), now=read_clock())
    answer(
        {"published": count},
        lambda: f"{count} status list{'' if count == 1 else 's'} published",
        as_json=as_json,
    )


@status.command("catch-up")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@json_option
def catch_up_(*, paths: tuple[Path, ...], as_json: bool) -> None:
    """Take over what published lists say that the database does not: from public/, and PATHS.

    It is for a database that was put back by other means than `insignia restore`.
    """
    caught_up = catch_up_with_public(open_installation(), paths, now=read_clock())
    data = {
        "publishedLists": caught_up.lists,
        "revokedCredentials": caught_up.credentials,
        "revokedIndexes": caught_up.indexes,
    }
    answer(
        data,
        lambda: (
            f"{caught_up.credentials + caught_up.indexes} revocations learnt from"
            f" {caught_up.lists} published lists, which give no index any more"
        ),
        as_json=as_json,
    )


def award_now(
    installation: Installation, decided: Award, *, did: str | None, out: Path | None, now: datetime
) -> Awarded:
    """Make an award, publish what it needs, and write its files where a folder is given.

    Raises:
        RefusedError, MissingError, ConflictError, UnavailableError: as the cycle of issuing.
    """
    with installation.database.read() as session:
        issuer = find_issuer(session, did)
        hashed = recipient_hash(decided.recipient, installation.keystore)
        earlier = earlier_awards(session, issuer.id, decided.badge_class.slug, hashed)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)  # before anything is awarded
    cycle = issuance_of(installation, issuer)
    if issuer.trial:
        mark_trial(decided.badge_class.picture.data)  # refused before anything is awarded
    cycle.finish_recorded(now=now)
    editions = cycle.issue(decided, now=now)
    export(installation.database, installation.public)
    fullest = editions[-1]
    if earlier:
        times = "once" if len(earlier) == 1 else f"{len(earlier)} times"
        notice(
            f"this person was awarded {decided.badge_class.slug} {times} before, the last time on"
            f" {earlier[-1]:%Y-%m-%d}"
        )
    if edition_note := _about_editions(editions):
        notice(edition_note)
    files = () if out is None else write_files(installation, fullest.url, out, now=now)
    code = claim_code(fullest.award_id, installation.keystore)
    claim_url = f"{installation.base_url}/claim/{code}"
    return Awarded(issuer, decided.badge_class, fullest, editions, files, claim_url)


def write_files(
    installation: Installation, reference: str, out: Path, *, now: datetime
) -> tuple[Path, ...]:
    """Write the files of a released credential into a folder that is there; its hold ends.

    Raises:
        MissingError: no such credential was released here.
        UnavailableError: a file cannot be written.
    """
    released = installation.database.transact(lambda session: hand_over(session, reference, now))
    return _write(out, released)


def _write(out: Path, released: Released) -> tuple[Path, ...]:
    """Write the four files of a credential; both pictures carry its JSON form."""
    _tell_of_others(out / "credential.json", released.url)
    text = released.forms.json.decode()
    files = {
        "credential.json": released.forms.json,
        "credential.jws": released.forms.compact_jws,
        "badge.svg": badge_svg(released.picture, text, trial=released.trial),
        "badge.png": badge_png(released.picture, text, trial=released.trial),
    }
    for name, data in files.items():
        try:
            (out / name).write_bytes(data)
        except OSError as error:
            raise UnavailableError(
                f"{released.url} is issued, and {out / name} could not be written:"
                f" {error.strerror}; `insignia files {released.url} --out FOLDER` writes it again"
            ) from error
    return tuple(out / name for name in files)


def _tell_of_others(path: Path, url: str) -> None:
    """Say so where files of another credential are about to be replaced."""
    try:
        other = parse_json_object(path.read_bytes(), what=path.name).get("id")
    except (OSError, ExplainedError):
        return
    if isinstance(other, str) and other != url:
        notice(f"the files of {other:.200} that were there are replaced; `insignia files` has them")


def _about_editions(editions: tuple[Issued, ...]) -> str | None:
    """Say that the full edition shows more, where there is one."""
    plain, *fuller = editions
    if not fuller:
        return None
    return f"this edition shows the evidence; the plain one, which does not, is {plain.url}"


def _end(text: str | None, badge_class: BadgeClass, start: datetime) -> datetime | None:
    if text is None:
        return proposed_end(start, badge_class.months)
    return parse_timestamp(text, what="--valid-until")


def _evidence(urls: tuple[str, ...], narrative: str | None) -> tuple[Evidence, ...]:
    text = None
    if narrative is not None:
        text = cleaned(narrative, what="the narrative")
        if not text.strip():
            raise RefusedError("the narrative is empty")
    if not urls:
        return () if text is None else (Evidence(None, text),)
    return tuple(Evidence(url, text if place == 0 else None) for place, url in enumerate(urls))


def _say(awarded: Awarded) -> str:
    trial = " (trial)" if awarded.issuer.trial else ""
    lines = [
        f"awarded {awarded.badge_class.reference} by {awarded.issuer.name}{trial}",
        awarded.credential.url,
        *(f"  {path}" for path in awarded.files),
        f"to be taken by the recipient alone: {awarded.claim_url}",
    ]
    return "\n".join(lines)
