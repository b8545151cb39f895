"""Was it awarded to the person whom the caller expects?"""

from openbadges.errors import Code, MalformedError
from openbadges.identity import matches
from openbadges.strict import Document
from verifier.checks.members import objects
from verifier.report import Check, Finding


def check_recipient(verified: Document, expected: str) -> Finding:
    """Compare an e-mail address, user name or DID with each subject's id and identifiers.

    An identifier that is not built as it must be is no match, and hides none of the others.

    Spec: ob-v3p0#verify-identifier
    """
    broken: MalformedError | None = None
    for subject in objects(verified.get("credentialSubject")):
        if subject.get("id") == expected:
            return Finding.passed(Check.RECIPIENT, "it was awarded to the expected recipient")
        for identity in objects(subject.get("identifier")):
            try:
                is_expected = matches(identity, expected)
            except MalformedError as error:
                broken = error
                continue
            if is_expected:
                return Finding.passed(Check.RECIPIENT, "it was awarded to the expected recipient")
    if broken is not None:
        return Finding.of(Check.RECIPIENT, broken)
    return Finding.failed(
        Check.RECIPIENT, Code.RECIPIENT_MISMATCH, "it was not awarded to the expected recipient"
    )
