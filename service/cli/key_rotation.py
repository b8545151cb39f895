"""`insignia keys rotate`: another key follows the one that signs."""

from datetime import timedelta

import click

from issuer.audit import OPERATOR
from issuer.publication import export
from issuer.rotation import Rotation, Succession, find_owners
from issuer.rotation import rotate as start
from keys import KeyRecord, Purpose
from keys.rotation import OVERLAP
from openbadges.strict import Document, format_timestamp
from service.cli.door import answer, json_option, read_clock
from service.cli.opened import open_installation

_HOUR = timedelta(hours=1)
MAXIMUM_OVERLAP_HOURS = 90 * 24


@click.command()
@click.option("--issuer", "did", help="Whose keys; those of the issuer made last unless given.")
@click.option(
    "--purpose",
    "purposes",
    multiple=True,
    type=click.Choice([purpose.value for purpose in Purpose]),
    help="Which of them; may be repeated. All of the issuer's unless given.",
)
@click.option(
    "--overlap",
    "hours",
    type=click.IntRange(0, MAXIMUM_OVERLAP_HOURS),
    default=OVERLAP // _HOUR,
    show_default=True,
    help="Hours in which readers can learn of the new key before it signs.",
)
@click.option("--now", "at_once", is_flag=True, help="Without an overlap.")
@json_option
def rotate(
    *, did: str | None, purposes: tuple[str, ...], hours: int, at_once: bool, as_json: bool
) -> None:
    """Publish a successor of each key, which signs after the overlap; the old one stays listed."""
    installation, now = open_installation(), read_clock()
    rotation = Rotation(installation.base_url, installation.keystore, actor=OPERATOR)
    overlap = timedelta(0) if at_once else hours * _HOUR
    chosen = [Purpose(one) for one in purposes]
    with installation.database.read() as session:
        owners = find_owners(session, did, chosen)
    made = start(installation.database, rotation, owners, now=now, overlap=overlap)
    export(installation.database, installation.public)
    answer(
        [_describe(one) for one in made],
        lambda: "\n".join(_say(one) for one in made),
        as_json=as_json,
    )


def _describe(one: Succession) -> Document:
    return {
        "issuer": one.owner.issuer.did if one.owner.issuer else None,
        "purpose": one.owner.purpose.value,
        "signs": one.signing.key_id if one.signing else None,
        "next": one.next.key_id if one.next else None,
        "due": _due(one.next),
    }


def _due(record: KeyRecord | None) -> str | None:
    return format_timestamp(record.due) if record is not None and record.due else None


def _say(one: Succession) -> str:
    signs = one.signing.key_id if one.signing else "none"
    if one.next is None:
        return f"{one.owner.purpose}: {signs} signs"
    return (
        f"{one.owner.purpose}: {signs} signs; {one.next.key_id} is published, and signs from"
        f" {_due(one.next)} on"
    )
