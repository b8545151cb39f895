"""The JSON Schemas of what programs send and get.

https://json-schema.org/draft/2020-12. They say what the readers beside the doors read; a test
holds the two together by sending what the schemas refuse.
"""

from collections.abc import Mapping
from typing import Final

from issuer.batches.lists import MAXIMUM_NUMBER, MAXIMUM_RECIPIENTS
from issuer.policy import MAXIMUM_EVIDENCE, MAXIMUM_NARRATIVE_CHARACTERS, MAXIMUM_URL_CHARACTERS
from issuer.tables import BatchRowState, BatchState
from openbadges.errors import Code
from service.machine.doors import Schema
from service.machine.problem_codes import PROBLEM_CODES
from verifier import Check, Outcome, Verdict
from verifier.bundle import MAXIMUM_DOCUMENTS, VERSION
from verifier.judging import MAXIMUM_AT_ONCE
from verifier.report import Form
from verifier.summary import LineKind


def _object(required: tuple[str, ...] = (), *, closed: bool = True, **members: Schema) -> Schema:
    schema: dict[str, object] = {"type": "object", "properties": dict(members)}
    if required:
        schema["required"] = list(required)
    if closed:
        schema["additionalProperties"] = False
    return schema


def _text(description: str, **more: object) -> Schema:
    return {"type": "string", "description": description, **more}


def _known(description: str) -> Schema:
    return {"type": ["string", "null"], "description": description}


def _array(of: Schema, description: str, **more: object) -> Schema:
    return {"type": "array", "description": description, "items": of, **more}


def _of(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_ANY_OBJECT: Final[Schema] = {"type": "object"}
_MOMENT: Final = {"format": "date-time"}
_DAY: Final = {"format": "date"}
_BASE64URL: Final = "^[A-Za-z0-9_-]*$"
_CHECKS: Final = _array({"enum": ["proof", "credentialStatus"]}, "What counts; both unless given.")

_TERMS: Final[Mapping[str, Schema]] = {
    "badgeClass": _text("SLUG for the newest version of a badge class, or SLUG@VERSION."),
    "language": _text("One of the badge class's languages; its own unless given."),
    "validFrom": _text("When it begins, with a zone; now unless given.", **_MOMENT),
    "validUntil": _text("When it ends; as the badge class proposes unless given.", **_MOMENT),
    "activity": _object(
        ("title", "startsOn"),
        title=_text("Its title, one line.", minLength=1, maxLength=300),
        startsOn=_text("Its first day.", **_DAY),
        endsOn=_text("Its last day.", **_DAY),
        link=_text("A page of it.", maxLength=500),
    ),
    "again": {
        "type": "boolean",
        "description": "That a person who has this badge is to have it once more.",
    },
}
_PERSON: Final[Mapping[str, Schema]] = {
    "recipient": _text("An e-mail address, user:NAME@WIKI, or a DID."),
    "evidence": _array(
        {
            **_object(
                url=_text("A page that shows it.", maxLength=MAXIMUM_URL_CHARACTERS),
                narrative=_text(
                    "What to see there, or what was done, in Markdown.",
                    maxLength=MAXIMUM_NARRATIVE_CHARACTERS,
                ),
            ),
            "minProperties": 1,
        },
        "What was done. It stands only in the full edition, which the recipient asks for.",
        maxItems=MAXIMUM_EVIDENCE,
    ),
}
_NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": MAXIMUM_NUMBER}

_SENT: Final[Mapping[str, Schema]] = {
    "AwardRequest": _object(("badgeClass", "recipient"), closed=True, **_TERMS, **_PERSON),
    "BatchRequest": _object(
        ("badgeClass", "recipients"),
        closed=True,
        **_TERMS,
        recipients=_array(
            _object(("recipient",), closed=True, **_PERSON),
            "Everybody who gets it, each once.",
            minItems=1,
            maxItems=MAXIMUM_RECIPIENTS,
        ),
    ),
    "UndoRequest": _object(
        rows=_array(_NUMBER, "The numbers of rows; the whole batch unless given.", minItems=1)
    ),
    "IssueRequest": _object(
        ("credential",),
        credential={
            **_object(
                ("issuer",),
                closed=False,
                issuer={
                    "description": "The issuer of the token: its DID, or an object with this id.",
                    "anyOf": [
                        {"type": "string"},
                        _object(("id",), closed=False, id={"type": "string"}),
                    ],
                },
            ),
            "description": "A Verifiable Credential without a proof, of data model 2.0 or 1.1.",
        },
        options={
            "type": "object",
            "description": "No option is honoured, so none may be given.",
            "maxProperties": 0,
        },
    ),
    "VerifyRequest": _object(
        ("verifiableCredential",),
        verifiableCredential={
            "description": "JSON with its proof, a compact JWS, or an envelope around one.",
            "anyOf": [_ANY_OBJECT, {"type": "string", "pattern": "^ey"}],
        },
        options={
            **_object(closed=False, checks=_CHECKS),
            "description": "Options that are not named here are passed over, with a warning.",
        },
    ),
    # Whatever stands in a form's field is a text, so no field has a type that could be broken.
    "VerifyForm": _object(
        closed=False,
        file={
            "description": "A file, or several, each judged apart; of one alone the answer is its"
            " report.",
            "items": {"contentMediaType": "application/octet-stream"},
        },
        text={"description": "A text or a link, judged after the files, and apart from them."},
        recipient={"description": "For whom they are expected to be."},
    ),
    "VerifyPresentationRequest": _object(
        ("verifiablePresentation",),
        verifiablePresentation={
            "description": "JSON with its proof, a compact JWS, or an envelope around one.",
            "anyOf": [_ANY_OBJECT, {"type": "string", "pattern": "^ey"}],
        },
        options={
            **_object(
                closed=False,
                checks=_CHECKS,
                domain=_text("The domain that the proof was made for."),
                challenge=_text("The challenge that the proof answers."),
            ),
            "description": "Options that are not named here are passed over, with a warning.",
        },
    ),
}

_VERIFICATION: Final[Mapping[str, Schema]] = {
    "checks": _array({"type": "string"}, "What was asked for."),
    "warnings": _array(_of("Told"), "What is told beside it, and does not count."),
}
_REPORT: Final[Mapping[str, Schema]] = {
    "verdict": {"enum": [one.value for one in Verdict]},
    "findings": _array(_of("Finding"), "Everything that was found, in order."),
}
_KEPT: Final[Mapping[str, Schema]] = {
    "bundle": _of("Bundle"),
    "receipt": _text(
        "Where it was asked for: a compact JWS whose typ is insignia-receipt+jwt, signed with a key"
        " of the key set whose use is insignia-receipt. It has digests, codes, the verdict and the"
        " moment, and nothing about the recipient.",
    ),
}
_DISPLAY: Final[Schema] = {
    **_object(
        ("name", "issuerName", "picture", "validFrom", "validUntil"),
        closed=False,
        id=_known("Its id."),
        name=_known("What it is called."),
        language=_known("The language tag of its words."),
        description=_known("What it is for."),
        criteria=_known("What it took, in Markdown."),
        criteriaUrl=_known("A page that tells what it took."),
        issuerName=_known("What it says that its issuer is called."),
        issuerUrl=_known("What it says that its issuer's page is."),
        picture=_known("Where its picture is: at this service, or inside of the credential."),
        caption=_known("What the picture shows, in words."),
        validFrom=_known("When it begins."),
        validUntil=_known("When it ends; null where it does not."),
        started=_known("When what it is for began."),
        ended=_known("When that ended."),
        role=_known("The recipient's role in it."),
        narrative=_known("What the recipient did, in Markdown."),
        credits={"type": ["number", "null"], "description": "The credits that were earned."},
        recipients=_array(
            _object(
                closed=False,
                kind=_text("An identityType of Open Badges, or id."),
                value=_known("The identifier; null where there is a hash alone."),
            ),
            "Whom it is for.",
        ),
        achieved=_array(
            _object(
                closed=False,
                name=_known("Of what it is a result."),
                value=_text("The value, or the name of the level."),
                status=_known("How far it has come."),
            ),
            "The recipient's results.",
        ),
        results=_array(_ANY_OBJECT, "The ResultDescriptions, as signed."),
        alignments=_array(_ANY_OBJECT, "The Alignments, as signed."),
        evidence=_array(_ANY_OBJECT, "The Evidence, as signed."),
        tags=_array({"type": "string"}, "Keywords."),
        achievementId=_known("The achievement's id."),
        version=_known("The achievement's version."),
        claims=_array(_ANY_OBJECT, "Of a credential that is no badge: its subjects, as signed."),
    ),
    "type": ["object", "null"],
    "description": "What the credential says; null where nobody is proven to have said it.",
}
_ISSUER: Final[Schema] = {
    **_object(
        ("id", "domain", "knownAs"),
        id=_text("The DID or URL whose key signed it."),
        domain=_known("The domain that vouches for it; null of a did:key or did:jwk."),
        knownAs={
            **_object(
                ("name", "colour", "note", "registry"),
                name=_text("The name in a registry that this service trusts."),
                colour=_known("A colour to mark it with."),
                note=_known("What the registry's keeper says of it."),
                registry=_known("Whose registry it is; null of this service's own."),
            ),
            "type": ["object", "null"],
        },
    ),
    "type": ["object", "null"],
    "description": "Who proved to have signed it, apart from what it says; null where nobody did.",
}
_LINES: Final[Schema] = _array(
    _object(
        ("kind", "outcome", "code"),
        kind={"enum": [one.value for one in LineKind]},
        outcome={"enum": [one.value for one in Outcome]},
        code={"enum": [one.value for one in Code]},
    ),
    "Signature, status, dates and issuer, each by the worst that was found of it; and the"
    " recipient, where one was expected.",
)
_REPORT_OF_CREDENTIAL: Final[Mapping[str, Schema]] = {
    **_REPORT,
    "form": {"enum": [*(one.value for one in Form), None]},
    "credential": {
        "type": ["object", "null"],
        "description": "The verified document; null unless the verdict is VERIFIED.",
    },
    "issuer": _ISSUER,
    "lines": _LINES,
    "display": _DISPLAY,
}
_REPORT_OF_PRESENTATION: Final[Mapping[str, Schema]] = {
    **_REPORT,
    "holder": {"type": ["string", "null"], "description": "Who signed it, where that is proven."},
    "credentials": _array(_of("Report"), "A report of each credential in it."),
}

_PROBLEM: Final[Mapping[str, Schema]] = {
    "type": _text("Where the trouble is explained.", format="uri"),
    "title": _text("The name of the status."),
    "status": {"type": "integer", "minimum": 400, "maximum": 599},
    "detail": _text(
        "What was found, and what was expected: in the language that was asked for where the"
        " sentence is one that pages show to people too, and in English elsewhere."
    ),
    "code": {"description": "The stable name of the trouble.", "enum": sorted(PROBLEM_CODES)},
}
_NOT_VERIFIED: Final[Mapping[str, Schema]] = {
    "verified": {"const": False},
    "check": {
        "description": "The check of the first error, whose code and sentence the problem has.",
        "enum": [one.value for one in Check],
    },
    "errors": _array(_of("Told"), "What counts against it."),
}
_UNREAD: Final[Schema] = {
    "allOf": [_of("Problem")],
    "properties": {"verified": False},
}

_ANSWERED: Final[Mapping[str, Schema]] = {
    "Awarded": _object(
        ("id", "claimUrl", "visibleFrom", "badgeClass", "credential"),
        closed=False,
        id=_text("The award's id."),
        claimUrl=_text("The link that the recipient is given; it works once.", format="uri"),
        visibleFrom={
            "type": ["string", "null"],
            "format": "date-time",
            "description": "When its pages open; until then the award can be undone.",
        },
        badgeClass=_text("The version that was awarded, SLUG@VERSION."),
        credential=_object(
            ("id",), closed=False, id=_text("The signed id of the credential.", format="uri")
        ),
    ),
    "BatchAccepted": _object(
        ("id", "badgeClass", "recipients", "statusUrl"),
        closed=False,
        id=_text("The batch's id."),
        badgeClass=_text("The version that is awarded, SLUG@VERSION."),
        recipients={"type": "integer", "description": "How many rows it has."},
        statusUrl=_text("Where to look how far it is.", format="uri"),
    ),
    "Batch": _object(
        ("id", "badgeClass", "state", "counts", "rows", "next"),
        closed=False,
        id=_text("The batch's id."),
        badgeClass=_text("The version that is awarded, SLUG@VERSION."),
        state={
            "description": "DONE is when no row waits; UNDONE is final.",
            "enum": [one.value for one in BatchState],
        },
        counts={
            **_object(
                tuple(BatchRowState),
                closed=True,
                **{state: {"type": "integer"} for state in BatchRowState},
            ),
            "description": "How many rows are in each state.",
        },
        rows=_array(
            _object(
                ("number", "state"),
                closed=False,
                number={**_NUMBER, "description": "The line, counted from 1."},
                state={
                    "description": "ALREADY had the badge before, and got none.",
                    "enum": [one.value for one in BatchRowState],
                },
                reason=_text("Why it was refused."),
                awardId=_text("The award's id."),
                claimUrl=_text("The link that the recipient is given.", format="uri"),
            ),
            "A page of its rows.",
        ),
        next=_known("The address of the next page."),
    ),
    "BatchUndone": _object(
        ("undone", "kept"),
        closed=False,
        undone={"type": "integer", "description": "How many rows are undone by now."},
        kept=_array(
            _object(
                ("number", "reason"),
                closed=False,
                number={**_NUMBER, "description": "The line, counted from 1."},
                reason=_text("Why it could not be undone."),
            ),
            "Rows that were awarded and stay so.",
        ),
    ),
    "IssueAnswer": _object(
        ("verifiableCredential",),
        verifiableCredential={
            "type": "object",
            "required": ["proof"],
            "description": "What was sent, with the proof.",
        },
    ),
    "Verified": _object(
        (*_VERIFICATION, "verified", *_REPORT_OF_CREDENTIAL),
        closed=False,
        verified={"const": True},
        **_VERIFICATION,
        **_REPORT_OF_CREDENTIAL,
    ),
    "NotVerified": _object(
        (*_PROBLEM, *_VERIFICATION, "verified", "errors", *_REPORT_OF_CREDENTIAL),
        closed=False,
        **_PROBLEM,
        **_VERIFICATION,
        **_NOT_VERIFIED,
        **_REPORT_OF_CREDENTIAL,
    ),
    "VerifiedPresentation": _object(
        (*_VERIFICATION, "verified", *_REPORT_OF_PRESENTATION),
        closed=False,
        verified={"const": True},
        **_VERIFICATION,
        **_REPORT_OF_PRESENTATION,
    ),
    "NotVerifiedPresentation": _object(
        (*_PROBLEM, *_VERIFICATION, "verified", "errors", *_REPORT_OF_PRESENTATION),
        closed=False,
        **_PROBLEM,
        **_VERIFICATION,
        **_NOT_VERIFIED,
        **_REPORT_OF_PRESENTATION,
    ),
    # What could not be read has no report, and no member `verified`.
    "Refused": {
        "description": "The report of what does not verify, or the problem of what is not read.",
        "anyOf": [_of("NotVerified"), _UNREAD],
    },
    "RefusedPresentation": {
        "description": "The report of what does not verify, or the problem of what is not read.",
        "anyOf": [_of("NotVerifiedPresentation"), _UNREAD],
    },
    "Report": _object(
        tuple(_REPORT_OF_CREDENTIAL),
        closed=False,
        **_REPORT_OF_CREDENTIAL,
        **_KEPT,
    ),
    "SharedReport": _object(
        (*_REPORT_OF_CREDENTIAL, "sentence", "trial"),
        closed=False,
        **_REPORT_OF_CREDENTIAL,
        sentence=_text("The verdict in an English sentence."),
        trial={"type": "boolean", "description": "Its issuer only tries things out."},
    ),
    "PresentationReport": _object(
        tuple(_REPORT_OF_PRESENTATION),
        closed=False,
        **_REPORT_OF_PRESENTATION,
        **_KEPT,
    ),
    "Bundle": _object(
        ("version", "made", "presented", "documents"),
        version={"const": VERSION},
        made=_text("The moment of which its documents are.", **_MOMENT),
        presented=_text("What was verified, in base64url.", pattern=_BASE64URL),
        documents={
            "type": "object",
            "description": "Every document that was read, in base64url, by its address.",
            "maxProperties": MAXIMUM_DOCUMENTS,
            "additionalProperties": {"type": "string", "pattern": _BASE64URL},
        },
        receipt=_text("The receipt that covers it, where one was asked for too."),
    ),
    "Reports": _object(
        ("reports",),
        reports=_array(
            {"anyOf": [_of("Report"), _of("PresentationReport")]},
            "A report of each that was sent, in its order.",
            maxItems=MAXIMUM_AT_ONCE,
        ),
    ),
    "Judged": {
        "description": "Of a credential, of a presentation, or of each that was sent.",
        "anyOf": [_of("Report"), _of("PresentationReport"), _of("Reports")],
    },
    "Finding": _object(
        ("check", "outcome", "code", "sentence", "specification"),
        closed=False,
        check={"enum": [one.value for one in Check]},
        outcome={"enum": [one.value for one in Outcome]},
        code={"enum": [one.value for one in Code]},
        sentence=_text("What was found, for people."),
        specification={"type": ["string", "null"], "description": "The section that asks for it."},
    ),
    "Told": _object(
        ("type", "title", "detail", "code"),
        closed=False,
        type=_text("Where the code is explained.", format="uri"),
        title=_text("The code."),
        detail=_text("What was found, for people."),
        code={"enum": sorted(PROBLEM_CODES)},
        check=_text("The check that found it."),
    ),
    "Problem": _object(tuple(_PROBLEM), closed=False, **_PROBLEM),
    "Liveness": _object(("status",), closed=False, status=_text("alive.")),
    "Readiness": _object(
        ("status",),
        closed=False,
        status={"enum": ["ready", "not ready"]},
        troubles=_array({"type": "string"}, "What is not well."),
    ),
    "Document": {"type": "object", "description": "A JSON document as it was published."},
}

SCHEMAS: Final[Mapping[str, Schema]] = {**_SENT, **_ANSWERED}
"""Every schema by the name under which the description refers to it."""
