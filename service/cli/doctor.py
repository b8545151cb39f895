"""`insignia doctor`: look at everything that an installation needs, and say how to mend it."""

import os
from collections.abc import Iterator

import click

from service.cli.door import answer, json_option, printable, read_clock
from service.doctor.examination import Examination, examine
from service.doctor.findings import Severity
from verifier.fetcher import GuardedFetcher

FAULTS = 1


@click.command()
@click.option("--offline", is_flag=True, help="Do not ask the public address from here.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, *, offline: bool, as_json: bool) -> None:
    """Look at everything that the installation needs; each fault with its cure.

    Nothing is changed. It ends with 1 where there is a fault, and with 0 where there are warnings
    alone.
    """
    world = None if offline else GuardedFetcher()
    found = examine(os.environ, now=read_clock(), world=world)
    answer(found.as_json(), lambda: "\n".join(_lines(found)), as_json=as_json)
    if not found.is_well:
        ctx.exit(FAULTS)


def _lines(found: Examination) -> Iterator[str]:
    for one in found.findings:
        mark = "FAULT" if one.severity is Severity.FAULT else "warning"
        yield f"{mark}: {one.check}: {printable(one.found)}"
        yield f"  why it matters: {one.matters}"
        yield f"  what to do: {printable(one.cure)}"
    well = [name for name in found.done if name not in {one.check for one in found.findings}]
    yield f"well: {', '.join(well) or 'nothing'}"
    if found.left_out:
        yield f"not looked at, until the faults above are mended: {', '.join(found.left_out)}"
