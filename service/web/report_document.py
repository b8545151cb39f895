"""A report as programs get it: what was found, who proved to have signed, and, apart, what it says.

What a credential says is told where somebody is proven to have said it, of a revoked or an expired
one too; the whole verified document is there only where the verdict is VERIFIED.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any

from openbadges.models.model import Model
from openbadges.strict import Document, format_timestamp
from service.web.credential_view import Achieved, CredentialView, Recipient, view_or_none
from service.web.running import running
from verifier import PresentationReport, Report
from verifier.judging import AnyReport
from verifier.summary import summarise


def report_document(report: AnyReport) -> Document:
    """Return the report of a credential, or of a presentation with each credential in it."""
    if isinstance(report, PresentationReport):
        credentials = [report_document(one) for one in report.credentials]
        return report.as_json() | {"credentials": credentials}
    return report.as_json() | {"lines": _lines(report), "display": display_of(report)}


def display_of(report: Report) -> Document | None:
    """Return what the credential says, for display; None where nobody is proven to have said it."""
    if report.proven_issuer is None:
        return None
    view = view_or_none(report.verified_document, base_url=running().base_url)
    if view is None:
        return None
    told: Document = _written(view) | {"picture": _address(view), "caption": view.caption or None}
    del told["issuerId"]  # who that is stands in the report, as it was resolved
    return told


def _lines(report: Report) -> list[Document]:
    return [
        {"kind": line.kind.value, "outcome": line.outcome.value, "code": line.code.value}
        for line in summarise(report)
    ]


def _written(value: Any) -> Any:  # noqa: ANN401 -- any value of a view, as JSON
    match value:
        case Model():  # as it stands in the verified document
            return value.document
        case CredentialView() | Recipient() | Achieved():
            names = [field.name for field in fields(value)]
            return {_camel_case(name): _written(getattr(value, name)) for name in names}
        case tuple():
            return [_written(one) for one in value]
        case datetime():
            return format_timestamp(value)
        case _:
            return value


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _address(view: CredentialView) -> str | None:
    """Return an address that holds on pages of others too; a view has a path for our own."""
    if view.picture is None or not view.picture.startswith("/"):
        return view.picture
    return running().base_url.removesuffix(running().path) + view.picture
