"""Was it awarded to the person whom the caller expects?"""

from openbadges.errors import Code, MalformedError
from openbadges.identity import matches
from openbadges.strict import Document
from verifier.checks.members import objects
from verifier.report import Check, Finding


def check_recipient(verified: Document, expected: str) -> Finding:
    """Compare an e-mail address, user name or DID with each subject's id and identifiers."""
    for subject in objects(verified.get("credentialSubject")):
        if subject.get("id") == expected:
            return Finding.passed(Check.RECIPIENT, "it was awarded to the expected recipient")
        for identity in objects(subject.get("identifier")):
            try:
                is_expected = matches(identity, expected)
            except MalformedError as error:
                return Finding.of(Check.RECIPIENT, error)
            if is_expected:
                return Finding.passed(Check.RECIPIENT, "it was awarded to the expected recipient")
    return Finding.failed(
        Check.RECIPIENT, Code.RECIPIENT_MISMATCH, "it was not awarded to the expected recipient"
    )
