"""`insignia issuer`: make an issuer, and show its DID and keys."""

from pathlib import Path

import click

from issuer.issuers import Issuer, did_document, find_issuer
from issuer.new_issuer import (
    CHOSEN_CRYPTOSUITES,
    CURVES,
    NewIssuer,
    create_issuer,
    usual_method,
)
from issuer.publication import export
from issuer.signing import DEFAULT_CRYPTOSUITE
from issuer.tables import DidMethod, Profile
from keys.private_files import read_private_file
from openbadges.strict import Document
from service.cli.door import answer, cleaned, json_option, notice, read_clock
from service.cli.opened import open_installation
from service.installation import Installation
from service.own_files import read_own, write_own
from service.public_view import TRUSTED_ISSUERS, local_trust
from service.settings import MAXIMUM_SECRET_FILE_BYTES


@click.group()
def issuer() -> None:
    """Make an issuer, and show its DID and keys."""


@issuer.command()
@click.option(
    "--profile",
    type=click.Choice([profile.value for profile in Profile]),
    default=Profile.BADGES.value,
    show_default=True,
    help="generic signs any Verifiable Credential that a VC API client sends, and awards nothing.",
)
@click.option(
    "--did",
    "method",
    type=click.Choice([method.value for method in DidMethod]),
    help="web where there is a public https address (the default for badges), key otherwise.",
)
@click.option("--key", "key_id", help="A key that is here already; else keys are made.")
@click.option(
    "--seed-file",
    type=click.Path(path_type=Path),
    help=(
        "A file of mode 0600 with the seed of its key: 64 hexadecimal digits; for P-256 (64) and"
        " P-384 (96) the private scalar."
    ),
)
@click.option(
    "--cryptosuite",
    type=click.Choice(CHOSEN_CRYPTOSUITES),
    default=DEFAULT_CRYPTOSUITE,
    show_default=True,
    help="generic only: what its proofs and status lists are made with.",
)
@click.option(
    "--curve",
    type=click.Choice(list(CURVES), case_sensitive=False),
    help="ecdsa only: the curve of its key (P-256 unless given).",
)
@click.option(
    "--status",
    "adds_status",
    is_flag=True,
    help="generic only: add a status entry where none is sent.",
)
@click.option("--name", help="The name that badges show; the organisation's unless given.")
@click.option("--url", help="The organisation's own web page.")
@click.option("--email", help="Where people can write to it.")
@json_option
def create(  # noqa: PLR0913 -- one for each option
    *,
    profile: str,
    method: str | None,
    key_id: str | None,
    seed_file: Path | None,
    cryptosuite: str,
    curve: str | None,
    adds_status: bool,
    name: str | None,
    url: str | None,
    email: str | None,
    as_json: bool,
) -> None:
    """Make an issuer; from then on it is the one of its profile, unless another is named."""
    installation = open_installation()
    usual = usual_method(installation.base_url)
    if profile == Profile.GENERIC:
        usual = DidMethod.KEY
    made = create_for(
        installation,
        NewIssuer(
            method=DidMethod(method) if method else usual,
            base_url=installation.base_url,
            name=cleaned(name or installation.organisation, what="the issuer's name"),
            url=url,
            email=email,
            key_id=key_id,
            seed=None if seed_file is None else _read_seed(seed_file),
            profile=Profile(profile),
            adds_status=adds_status,
            cryptosuite=cryptosuite,
            curve=curve,
        ),
    )
    if made.trial and made.signs is Profile.BADGES:
        notice(
            "this is a trial issuer, because it has no public https address; its pictures say TRIAL"
        )
    answer(_describe(made, installation), lambda: _say(made, installation), as_json=as_json)


@issuer.command()
@click.option("--did", help="Which issuer; the one made last, of either profile, unless given.")
@json_option
def show(*, did: str | None, as_json: bool) -> None:
    """Show an issuer's DID and verification methods."""
    installation = open_installation()
    with installation.database.read() as session:
        found = find_issuer(session, did, profile=None)
    answer(_describe(found, installation), lambda: _say(found, installation), as_json=as_json)


def create_for(installation: Installation, new: NewIssuer) -> Issuer:
    """Make an issuer and publish its documents as files; list it among the known ones.

    A generic issuer is not listed: what it signs was written by others.
    """
    local_trust(installation.settings)  # first: it may be damaged
    made = create_issuer(
        new, database=installation.database, keystore=installation.keystore, now=read_clock()
    )
    export(installation.database, installation.public)
    if made.signs is Profile.BADGES:
        _list_among_the_known(made, installation.settings.data / TRUSTED_ISSUERS)
    return made


def _list_among_the_known(made: Issuer, path: Path) -> None:
    """Add an issuer to the operator's list, and leave what stands in it as it is."""
    document = read_own(path) if path.is_file() else {"issuers": {}}
    document["issuers"][made.did] = made.name
    write_own(path, document)


def _read_seed(path: Path) -> str:
    """Read the seed, whatever it is; the keystore says what is wrong with it."""
    data = read_private_file(path, maximum_bytes=MAXIMUM_SECRET_FILE_BYTES)
    return data.decode("utf-8", "replace").strip()


def _describe(found: Issuer, installation: Installation) -> Document:
    document = did_document(found, installation.keystore)
    return {
        "did": found.did,
        "name": found.name,
        "baseUrl": found.base_url,
        "trial": found.trial,
        "profile": found.signs.value,
        "addsStatus": found.adds_status,
        "cryptosuite": found.cryptosuite,
        "verificationMethods": [method["id"] for method in document["verificationMethod"]],
        "keys": {
            purpose.value: found.signing_key(purpose, installation.keystore).method
            for purpose in found.purposes
        },
    }


def _say(found: Issuer, installation: Installation) -> str:
    described = _describe(found, installation)
    methods = "\n".join(f"  {method}" for method in described["verificationMethods"])
    kind = f" (generic, {found.cryptosuite})" if found.signs is Profile.GENERIC else ""
    trial = " (trial)" if found.trial else ""
    return f"{found.name}{kind}{trial}\n{found.did}\n{methods}"
