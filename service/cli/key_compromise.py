"""`insignia keys compromise`: a key is distrusted, another signs, and what fell with it is mended.

People decide what becomes of the badges that readers refuse from now on: they stay as they are, are
revoked, or are reissued. Each is a transaction of its own, so it may be interrupted and called
again.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import click

from issuer.audit import OPERATOR
from issuer.compromise import Compromised, SignedBadge, signed_with
from issuer.compromise import compromise as distrust
from issuer.issuance import Issuance
from issuer.issuers import Issuer
from issuer.publication import export
from issuer.reissue import reissue
from issuer.revocation import revoke
from issuer.rotation import Rotation
from openbadges.errors import ConflictError, MalformedError, RefusedError
from openbadges.strict import Document, format_timestamp, parse_timestamp
from service.cli.door import answer, json_option, read_clock
from service.cli.opened import open_installation
from service.due import publish_status
from service.installation import Installation

REASON: Final = "the key that signed it was compromised"
_REVOKE, _REISSUE = "revoked", "reissued"


@click.command()
@click.argument("key_id", metavar="KEY")
@click.option("--since", required=True, help="From when on somebody else may have had it.")
@click.option("--yes", is_flag=True, help="Do not ask: there is no way back.")
@click.option("--revoke-after", "mend", flag_value=_REVOKE, help="Revoke what fell with it.")
@click.option("--reissue", "mend", flag_value=_REISSUE, help="Sign anew what fell with it.")
@json_option
def compromise(*, key_id: str, since: str, yes: bool, mend: str | None, as_json: bool) -> None:
    """Distrust KEY from a moment on, such as 2026-03-01T09:00:00Z, and let another key sign.

    What falls is what readers refuse by then: the badges that KEY signed from that moment on.
    """
    installation, now = open_installation(), read_clock()
    moment = parse_timestamp(since, what="--since")
    _ask(key_id, moment, yes=yes)
    rotation = Rotation(installation.base_url, installation.keystore, actor=OPERATOR)
    done = distrust(installation.database, rotation, key_id, since=moment, now=now)
    export(installation.database, installation.public)
    signed = _signed(installation, done)
    mended, troubles = _mend(installation, done, signed, mend, now)
    drill = Drill(done, signed, mend, mended, troubles)
    answer(drill.as_json(), lambda: "\n".join(drill.lines()), as_json=as_json)


@dataclass(frozen=True, slots=True)
class Drill:
    """What was done after a compromise; `mended` are the URLs of what was revoked or made anew."""

    done: Compromised
    signed: tuple[SignedBadge, ...]
    mend: str | None
    mended: tuple[str, ...]
    troubles: tuple[str, ...]

    @property
    def fallen(self) -> int:
        """How many released credentials readers refuse from now on."""
        return sum(one.falls for one in self.signed)

    def as_json(self) -> Document:
        """Return what programs want to know."""
        return {
            "key": self.done.key.key_id,
            "purpose": self.done.key.purpose.value,
            "since": format_timestamp(self.done.key.compromised_since or self.done.key.changed),
            "signs": self.done.signs.key_id if self.done.signs else None,
            "listsSigned": self.done.lists,
            "stayValid": len(self.signed) - self.fallen,
            "rejected": self.fallen,
            "mended": {self.mend: list(self.mended)} if self.mend else {},
            "troubles": list(self.troubles),
        }

    def lines(self) -> Iterator[str]:
        """Say it to people."""
        said = self.as_json()
        yield f"{said['key']} ({said['purpose']}) is compromised since {said['since']}."
        yield self._who_signs()
        yield f"Status lists signed anew: {said['listsSigned']}."
        if self.done.owner is not None and self.done.owner.issuer is not None:
            yield from self._of_badges(said)
        yield from self.troubles

    def _who_signs(self) -> str:
        if self.done.signs is not None:
            return f"{self.done.signs.key_id} signs from now on."
        if self.done.owner is None:
            return "It was nobody's, and nothing is signed with it."
        return (
            "Nothing signs in its place. A did:key is its key, and cannot say that it is revoked:"
            " make another issuer, and tell those who trust this one."
        )

    def _of_badges(self, said: Document) -> Iterator[str]:
        yield f"Signed before, valid for every reader: {said['stayValid']}."
        yield f"Signed from then on, rejected by every reader: {said['rejected']}."
        yield (
            "What is made with this key and dated back, other verifiers believe; ours does not,"
            " because it is not in the log of what was issued here."
        )
        if self.mend is not None:
            yield f"Of those {self.mend} now: {len(self.mended)}."
        elif self.fallen:
            yield "Call this again with --reissue to sign those anew, or with --revoke-after."


def _ask(key_id: str, since: datetime, *, yes: bool) -> None:
    """Let a person confirm.

    Raises:
        RefusedError: they do not, or there is nobody to ask.
    """
    question = f"From {format_timestamp(since)} on nobody will believe what {key_id} signs. Go on?"
    if yes or (sys.stdin.isatty() and click.confirm(question, err=True)):
        return
    raise RefusedError("nothing was changed; there is no way back, so confirm it, or give --yes")


def _signed(installation: Installation, done: Compromised) -> tuple[SignedBadge, ...]:
    if done.owner is None or done.owner.issuer is None:
        return ()
    with installation.database.read() as session:
        return tuple(signed_with(session, done.owner.issuer, done.key))


def _mend(
    installation: Installation,
    done: Compromised,
    signed: Iterable[SignedBadge],
    mend: str | None,
    now: datetime,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Revoke or reissue what fell and is not revoked yet; return the URLs, and what was refused."""
    issuer = done.owner.issuer if done.owner else None
    if issuer is None or mend is None:
        return (), ()
    mended, troubles = [], []
    for one in signed:
        if not one.falls or one.is_revoked:
            continue
        try:
            mended.append(_MENDS[mend](installation, issuer, one, now))
        except (RefusedError, ConflictError, MalformedError) as error:
            troubles.append(f"{one.url}: {error}")
    publish_status(installation, now=now)
    return tuple(mended), tuple(troubles)


def _revoke(installation: Installation, issuer: Issuer, one: SignedBadge, now: datetime) -> str:
    del issuer  # the credential knows its own
    installation.database.transact(
        lambda session: revoke(session, one.id, reason=REASON, now=now, revoked_by=OPERATOR)
    )
    return one.url


def _reissue(installation: Installation, issuer: Issuer, one: SignedBadge, now: datetime) -> str:
    hold = installation.settings.limits.hold
    cycle = Issuance(issuer, installation.database, installation.keystore, hold)
    return reissue(cycle, one.id, now=now).url


_MENDS: Final[Mapping[str, Callable[[Installation, Issuer, SignedBadge, datetime], str]]] = {
    _REVOKE: _revoke,
    _REISSUE: _reissue,
}
