"""`insignia badge-classes`: check, show, publish and take over what can be awarded."""

from collections.abc import Sequence

import click

from badge_classes.badge_class import BadgeClass
from badge_classes.findings import LintFinding, Severity
from badge_classes.loader import lint as lint_folder
from badge_classes.loader import load_catalogue
from badge_classes.loader import lock as lock_folder
from openbadges.strict import Document
from service.cli.door import answer, json_option, read_clock, read_settings
from service.cli.opened import open_installation
from service.installation import badge_class_folder
from service.publishing.everything import publish_badge_classes


@click.group("badge-classes")
def badge_classes() -> None:
    """Check, show, publish and take over what can be awarded."""


@badge_classes.command()
@json_option
@click.pass_context
def lint(ctx: click.Context, *, as_json: bool) -> None:
    """Say everything that is wrong in the definitions; exit 1 if anything is."""
    findings = lint_folder(badge_class_folder(read_settings()))
    answer([_finding(finding) for finding in findings], lambda: _lines(findings), as_json=as_json)
    if any(finding.severity is not Severity.NOTE for finding in findings):
        ctx.exit(1)


@badge_classes.command()
@click.argument("reference", required=False)
@json_option
def show(*, reference: str | None, as_json: bool) -> None:
    """Show all badge classes, or one (SLUG or SLUG@VERSION) in full."""
    catalogue = load_catalogue(badge_class_folder(read_settings()))
    if reference is not None:
        found = catalogue.find(reference)
        answer(_whole(found), lambda: _page(found), as_json=as_json)
        return
    newest = [catalogue.find(slug) for slug in catalogue.slugs]
    answer(
        [_summary(badge_class) for badge_class in newest], lambda: _table(newest), as_json=as_json
    )


@badge_classes.command()
@json_option
def lock(*, as_json: bool) -> None:
    """Publish the drafts: from then on their versions never change."""
    written = lock_folder(badge_class_folder(read_settings()))
    answer(written, lambda: "\n".join(written) or "there was nothing to publish", as_json=as_json)


@badge_classes.command("import")
@json_option
def import_(*, as_json: bool) -> None:
    """Take the published versions over into the database, byte for byte, and publish them."""
    new = publish_badge_classes(open_installation(), now=read_clock())
    answer(new, lambda: "\n".join(new) or "everything published is here already", as_json=as_json)


def _finding(finding: LintFinding) -> Document:
    return {
        "file": finding.file,
        "line": finding.line,
        "field": finding.field,
        "severity": finding.severity.value,
        "message": finding.message,
    }


def _lines(findings: Sequence[LintFinding]) -> str:
    return "\n".join(map(str, findings)) or "nothing is wrong"


def _summary(badge_class: BadgeClass) -> Document:
    return {
        "slug": badge_class.slug,
        "version": badge_class.version,
        "name": badge_class.name,
        "method": badge_class.method.value,
        "languages": list(badge_class.languages),
        "locked": badge_class.locked,
    }


def _whole(badge_class: BadgeClass) -> Document:
    wording = badge_class.wording(badge_class.language)
    return _summary(badge_class) | {
        "achievementType": badge_class.achievement_type,
        "description": wording.description,
        "criteria": wording.criteria,
        "tags": list(wording.tags),
        "evidenceRequired": badge_class.evidence_required,
        "months": badge_class.months,
        "sha256": badge_class.sha256,
    }


def _table(catalogue: Sequence[BadgeClass]) -> str:
    width = max((len(one.reference) for one in catalogue), default=0)
    return "\n".join(
        f"{one.reference:<{width}}  {one.method.value:<15}  {one.name}"
        f"{'' if one.locked else ' (draft)'}"
        for one in catalogue
    )


def _page(badge_class: BadgeClass) -> str:
    wording = badge_class.wording(badge_class.language)
    state = "published" if badge_class.locked else "draft"
    return (
        f"{wording.name}\n{badge_class.reference}, {badge_class.method.value}, {state},"
        f" in {', '.join(badge_class.languages)}\n\n{wording.description}\n\n{wording.criteria}"
    )
