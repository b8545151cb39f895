"""`insignia issuer`: make an issuer, and show its DID and keys."""

import click

from issuer.issuers import Issuer, did_document, find_issuer
from issuer.new_issuer import NewIssuer, create_issuer, usual_method
from issuer.publication import export
from issuer.tables import DidMethod
from openbadges.strict import Document
from service.cli.door import answer, cleaned, json_option, notice, read_clock
from service.cli.opened import open_installation
from service.installation import Installation
from service.own_files import write_own
from service.public_view import TRUSTED_ISSUERS, local_trust


@click.group()
def issuer() -> None:
    """Make an issuer, and show its DID and keys."""


@issuer.command()
@click.option(
    "--did",
    "method",
    type=click.Choice([method.value for method in DidMethod]),
    help="web where there is a public https address (the default there), key otherwise.",
)
@click.option("--key", "key_id", help="An Ed25519 key that is here already; else keys are made.")
@click.option("--name", help="The name that badges show; the organisation's unless given.")
@click.option("--url", help="The organisation's own web page.")
@click.option("--email", help="Where people can write to it.")
@json_option
def create(  # noqa: PLR0913 -- one for each option
    *,
    method: str | None,
    key_id: str | None,
    name: str | None,
    url: str | None,
    email: str | None,
    as_json: bool,
) -> None:
    """Make an issuer; from then on it is the one that awards, unless another is named."""
    installation = open_installation()
    made = create_for(
        installation,
        NewIssuer(
            method=DidMethod(method) if method else usual_method(installation.base_url),
            base_url=installation.base_url,
            name=cleaned(name or installation.organisation, what="the issuer's name"),
            url=url,
            email=email,
            key_id=key_id,
        ),
    )
    if made.trial:
        notice(
            "this is a trial issuer, because it has no public https address; its pictures say TRIAL"
        )
    answer(_describe(made, installation), lambda: _say(made, installation), as_json=as_json)


@issuer.command()
@click.option("--did", help="Which issuer; the one made last unless given.")
@json_option
def show(*, did: str | None, as_json: bool) -> None:
    """Show an issuer's DID and verification methods."""
    installation = open_installation()
    with installation.database.read() as session:
        found = find_issuer(session, did)
    answer(_describe(found, installation), lambda: _say(found, installation), as_json=as_json)


def create_for(installation: Installation, new: NewIssuer) -> Issuer:
    """Make an issuer, publish its documents as files, and list it among the known ones."""
    known = local_trust(installation.settings).issuers  # first: it may be damaged
    made = create_issuer(
        new, database=installation.database, keystore=installation.keystore, now=read_clock()
    )
    export(installation.database, installation.public)
    write_own(
        installation.settings.data / TRUSTED_ISSUERS, {"issuers": {**known, made.did: made.name}}
    )
    return made


def _describe(found: Issuer, installation: Installation) -> Document:
    document = did_document(found, installation.keystore)
    return {
        "did": found.did,
        "name": found.name,
        "baseUrl": found.base_url,
        "trial": found.trial,
        "verificationMethods": [method["id"] for method in document["verificationMethod"]],
        "keys": {purpose.value: method for purpose, (_, method) in found.keys.items()},
    }


def _say(found: Issuer, installation: Installation) -> str:
    described = _describe(found, installation)
    methods = "\n".join(f"  {method}" for method in described["verificationMethods"])
    trial = " (trial)" if found.trial else ""
    return f"{found.name}{trial}\n{found.did}\n{methods}"
