"""What can go wrong, by whose fault it is.

Three families: the document's (`OpenBadgesError`), the world's (`UnavailableError`) and the
request's (`RefusedError`, `MissingError`, `ConflictError`). The programmer's own faults are
`ValueError`, `TypeError` and `RuntimeError`, and are never caught. Nothing here knows of HTTP or
of exit codes: `service` holds the only maps.
"""

from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What a door needs to know of a trouble in order to answer it."""

    MALFORMED = "MALFORMED"
    UNPROVEN = "UNPROVEN"
    UNAVAILABLE = "UNAVAILABLE"
    REFUSED = "REFUSED"
    MISSING = "MISSING"
    CONFLICT = "CONFLICT"


class Code(StrEnum):
    """The stable codes of findings and refusals; `docs/verification.md` explains each."""

    OK = "OK"
    # the bytes and the JSON
    MALFORMED = "MALFORMED"
    TOO_LARGE = "TOO_LARGE"
    TOO_DEEP = "TOO_DEEP"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    NUMBER = "NUMBER"
    UNICODE = "UNICODE"
    AMBIGUOUS = "AMBIGUOUS"
    COMPRESSED_CHUNK = "COMPRESSED_CHUNK"
    DTD_FORBIDDEN = "DTD_FORBIDDEN"
    NO_CREDENTIAL = "NO_CREDENTIAL"
    OPEN_BADGES_2 = "OPEN_BADGES_2"
    # JSON-LD: what you read must be what was signed
    CONTEXT_UNKNOWN = "CONTEXT_UNKNOWN"
    CONTEXT_NOT_ALLOWED = "CONTEXT_NOT_ALLOWED"
    CONTEXT_ORDER = "CONTEXT_ORDER"
    NESTED_CONTEXT = "NESTED_CONTEXT"
    KEYWORD = "KEYWORD"
    NON_COMPACT = "NON_COMPACT"
    UNDEFINED_TYPE = "UNDEFINED_TYPE"
    RELATIVE_IRI = "RELATIVE_IRI"
    INVALID_IRI = "INVALID_IRI"
    LANGUAGE_MAP = "LANGUAGE_MAP"
    SPLIT_NODE = "SPLIT_NODE"
    DATA_LOSS = "DATA_LOSS_DETECTION_ERROR"
    CANONICALIZATION_LIMIT = "CANONICALIZATION_LIMIT"
    # the data model
    DATA_MODEL = "DATA_MODEL"
    SCHEMA = "SCHEMA"
    # proofs and keys
    UNSIGNED = "UNSIGNED"
    PROOF = "PROOF"
    PROOF_PURPOSE = "PROOF_PURPOSE"
    PROOF_DATES = "PROOF_DATES"
    UNSUPPORTED_SUITE = "UNSUPPORTED_SUITE"
    ALG = "ALG"
    HEADER = "HEADER"
    TYP = "TYP"
    CLAIM_MISMATCH = "CLAIM_MISMATCH"
    WEAK_KEY = "WEAK_KEY"
    KEY = "KEY"
    INVALID_DID = "INVALID_DID"
    UNSUPPORTED_DID = "UNSUPPORTED_DID"
    AMBIGUOUS_VERIFICATION_METHOD = "AMBIGUOUS_VM"
    PRIVATE_KEY_PUBLISHED = "PRIVATE_KEY_PUBLISHED"
    INVALID_RELATIONSHIP = "INVALID_RELATIONSHIP"
    ISSUER_MISMATCH = "ISSUER_MISMATCH"
    KEY_NOT_BOUND = "KEY_NOT_BOUND"
    KEY_REVOKED = "KEY_REVOKED"
    NOT_IN_ISSUER_LOG = "NOT_IN_ISSUER_LOG"
    # dates, status, recipient, trust
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    SUSPENDED = "SUSPENDED"
    UNSUPPORTED_STATUS = "UNSUPPORTED_STATUS"
    STATUS_RETRIEVAL = "STATUS_RETRIEVAL_ERROR"
    STATUS_VERIFICATION = "STATUS_VERIFICATION_ERROR"
    STATUS_LIST_LENGTH = "STATUS_LIST_LENGTH_ERROR"
    LIST_TOO_LARGE = "LIST_TOO_LARGE"
    RANGE = "RANGE_ERROR"
    STALE = "STALE"
    RECIPIENT_MISMATCH = "RECIPIENT_MISMATCH"
    ISSUER_UNKNOWN = "ISSUER_UNKNOWN"
    ENDORSEMENT = "ENDORSEMENT"
    # the network
    URL_NOT_ALLOWED = "URL_NOT_ALLOWED"
    RETRIEVAL = "RETRIEVAL_ERROR"
    TLS = "TLS"
    FETCH_BUDGET = "FETCH_BUDGET"
    WORK_BUDGET = "WORK_BUDGET"
    # our own database
    DATABASE = "DATABASE"
    BUSY = "BUSY"
    RESTORING = "RESTORING"
    NO_STATUS = "NO_STATUS"
    NOT_DISCLOSED = "NOT_DISCLOSED"
    NOTHING_PRESENTED = "NOTHING_PRESENTED"
    NOT_SHOWN = "NOT_SHOWN"
    # a check that could not run because what it stands on failed
    DEPENDS_ON_PROOF = "DEPENDS_ON_PROOF"
    # what a person asked for
    REFUSED = "REFUSED"
    MISSING = "MISSING"
    CONFLICT = "CONFLICT"
    KEY_REUSED = "KEY_REUSED"
    IN_FLIGHT = "IN_FLIGHT"
    # what this installation needs in order to sign
    CANNOT_SIGN = "CANNOT_SIGN"
    PASSPHRASE = "PASSPHRASE"  # noqa: S105 -- a code
    ALREADY_AWARDED = "ALREADY_AWARDED"


class ExplainedError(Exception):
    """A trouble that its message explains: what was found, and what was expected."""

    kind: ClassVar[Kind]
    default_code: ClassVar[Code]

    def __init__(
        self, message: str, *, code: Code | None = None, problem: str | None = None
    ) -> None:
        """Hold the sentence for people, a stable code, and the specification's problem URL."""
        super().__init__(message)
        self.code = code or self.default_code
        self.problem = problem


class OpenBadgesError(ExplainedError):
    """The document's fault."""

    kind = Kind.MALFORMED
    default_code = Code.MALFORMED


class MalformedError(OpenBadgesError):
    """The document is not what its format asks for."""


class CanonicalizationLimitError(MalformedError):
    """The graph needs more work than any honest badge; it was refused before doing it."""

    default_code = Code.CANONICALIZATION_LIMIT


class UnprovenError(OpenBadgesError):
    """The document is well formed, and its proof or its key does not hold."""

    kind = Kind.UNPROVEN
    default_code = Code.PROOF


class UnavailableError(ExplainedError):
    """The world's fault: it did not answer, or we do not know what it speaks of."""

    kind = Kind.UNAVAILABLE
    default_code = Code.RETRIEVAL


class UnsupportedError(UnavailableError):
    """A suite, method or context that may be fine and that we do not carry."""

    default_code = Code.UNSUPPORTED_SUITE


class RefusedError(ExplainedError):
    """What was asked for is understood and not permitted."""

    kind = Kind.REFUSED
    default_code = Code.REFUSED


class MissingError(ExplainedError):
    """What was asked for does not exist here."""

    kind = Kind.MISSING
    default_code = Code.MISSING


class ConflictError(ExplainedError):
    """What was asked for contradicts what is already here."""

    kind = Kind.CONFLICT
    default_code = Code.CONFLICT
