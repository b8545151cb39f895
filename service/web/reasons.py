"""What each finding means, in the reader's language: which check, what came of it, and why.

A reason is chosen by the finding's code, and by its check where a code means something else there.
The finding's own sentence, which names what was found in this very document, stays in English.
The four lines of `verdict_words`, and problems told beside the verify field, take their words from
here too.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from openbadges.errors import Code
from verifier import Check, Finding, Outcome

CHECKS: Final[Mapping[Check, LazyString]] = {
    # i18n: the name of a check: what was given was found and read
    Check.UNWRAP: _l("Reading"),
    # i18n: the name of a check: whether it is built as it must be
    Check.CONFORMANCE: _l("Form"),
    Check.PROOF: _l("Signature"),
    Check.ISSUER: _l("The issuer's key"),
    Check.ISSUANCE_LOG: _l("The issuer's records"),
    Check.VALIDITY: _l("Dates"),
    Check.STATUS: _l("Status"),
    Check.ENDORSEMENTS: _l("Endorsements"),
    Check.RECIPIENT: _l("Recipient"),
    Check.SCHEMA: _l("Further rules"),
    Check.TRUST: _l("Issuer"),
    Check.REFRESH: _l("Updates"),
    Check.HOLDER: _l("Holder"),
}
OUTCOMES: Final[Mapping[Outcome, LazyString]] = {
    # i18n: said of one check, after its name, such as "Signature · holds"
    Outcome.PASSED: _l("holds"),
    Outcome.FAILED: _l("does not hold"),
    Outcome.UNKNOWN: _l("could not be decided"),
}
PASSED: Final[Mapping[Check, LazyString]] = {
    Check.UNWRAP: _l("What was given could be read."),
    Check.CONFORMANCE: _l("It is built as the standard asks, and can be read in one way only."),
    Check.PROOF: _l("The signature fits: what is shown here is unchanged since it was signed."),
    Check.ISSUER: _l("The issuer itself names the key that signed as its own."),
    Check.ISSUANCE_LOG: _l("The issuer's own records know it."),
    Check.VALIDITY: _l("It is valid today."),
    Check.STATUS: _l("What the issuer says of its status neither revokes nor suspends it."),
    Check.ENDORSEMENTS: _l("Someone else endorses it, and that endorsement is genuine and valid."),
    Check.RECIPIENT: _l("It was given to the person you named."),
    Check.SCHEMA: _l("It also keeps the further rules that it names."),
    Check.TRUST: _l("The issuer is known here."),
    Check.REFRESH: _l(
        "The issuer was asked for a newer version of it; what came of that stands below."
    ),
    Check.HOLDER: _l("The holder whom it names signed it with a key of their own."),
}
# What passed, and yet is less than it sounds.
PASSED_BUT: Final[Mapping[tuple[Check, Code], LazyString]] = {
    (Check.STATUS, Code.NO_STATUS): _l(
        "The issuer keeps no status for it, so it would not say if it were revoked."
    ),
    (Check.STATUS, Code.NOT_DISCLOSED): _l(
        "No status was shown. Whoever shows it may have left it out."
    ),
    (Check.VALIDITY, Code.NOT_DISCLOSED): _l(
        "No end date was shown. Whoever shows it may have left it out."
    ),
}
# Why a check does not hold or could not be decided, in the order of `Code`.
BY_CODE: Final[Mapping[Code, LazyString]] = {
    Code.MALFORMED: _l("It is not built as its format asks, so it cannot be read."),
    Code.TOO_LARGE: _l("That is too large to be read here."),
    Code.TOO_DEEP: _l("It is nested deeper than any honest credential, so it is not read."),
    Code.DUPLICATE_KEY: _l(
        "It gives two values for the same thing, and programs disagree about which one counts."
    ),
    Code.NUMBER: _l("It has a number that programs read differently."),
    Code.UNICODE: _l("It has characters that do not belong in any text."),
    Code.AMBIGUOUS: _l("It can be read in more than one way."),
    Code.COMPRESSED_CHUNK: _l(
        "The picture holds the credential in a compressed form, which the standard forbids."
    ),
    Code.DTD_FORBIDDEN: _l(
        "The picture brings technical definitions of its own, which are not read, for safety."
    ),
    Code.NO_CREDENTIAL: _l("There is no credential in it."),
    Code.OPEN_BADGES_2: _l("This is an Open Badges 2.0 badge, an older kind that is not read."),
    Code.CONTEXT_UNKNOWN: _l("It uses a vocabulary that is not known here."),
    Code.CONTEXT_NOT_ALLOWED: _l(
        "It brings a vocabulary of its own, so its words may not mean what they say."
    ),
    Code.CONTEXT_ORDER: _l(
        "It names its vocabularies in another way or order than the standard asks."
    ),
    Code.NESTED_CONTEXT: _l(
        "It changes its vocabulary in the middle, so its words may not mean what they say."
    ),
    Code.KEYWORD: _l("It uses technical words that can hide from its readers what was signed."),
    Code.NON_COMPACT: _l("It is written so that it may read differently from what was signed."),
    Code.UNDEFINED_TYPE: _l(
        "It says that something is of a kind that none of its vocabularies defines."
    ),
    Code.RELATIVE_IRI: _l("It names something by an address that is not complete."),
    Code.INVALID_IRI: _l("It names something by an address that is not well formed."),
    Code.LANGUAGE_MAP: _l(
        "It gives a text in several languages at one place, and that would not be signed."
    ),
    Code.SPLIT_NODE: _l(
        "It describes the same thing differently in two places, so a reader may miss one of them."
    ),
    Code.DATA_LOSS: _l("It holds something that no signature covers."),
    Code.CANONICALIZATION_LIMIT: _l(
        "It is so tangled that checking it would take more work than any honest credential does."
    ),
    Code.DATA_MODEL: _l("Something in it is missing, or is not as the standard asks."),
    Code.SCHEMA: _l("It is not built as the published rules for badges ask."),
    Code.UNSIGNED: _l("It is not signed at all."),
    Code.PROOF: _l(
        "The signature does not fit: it was changed, was signed with another key, or was signed to"
        " be shown to someone else."
    ),
    Code.PROOF_PURPOSE: _l("The signature was made for another purpose."),
    Code.PROOF_DATES: _l(
        "The signature has expired, or its date is in the future or cannot be read."
    ),
    Code.UNSUPPORTED_SUITE: _l("It is signed in a way that is not read here."),
    Code.ALG: _l("The signature names a method that is not allowed, or does not fit its key."),
    Code.HEADER: _l("The signature comes with details that are not allowed, or lacks some."),
    Code.TYP: _l("What was signed says that it is something other than a credential."),
    Code.CLAIM_MISMATCH: _l(
        "The credential and the signed envelope around it do not fit together."
    ),
    Code.WEAK_KEY: _l("It is signed with a key that is too weak to prove anything."),
    Code.KEY: _l("What is given as a key is no key that can be used."),
    Code.INVALID_DID: _l("Who signed it is named by an identifier that is not well formed."),
    Code.UNSUPPORTED_DID: _l(
        "Who signed it is named by a kind of identifier (DID) that is not looked up here."
    ),
    Code.AMBIGUOUS_VERIFICATION_METHOD: _l(
        "Two keys are listed under one name, so it is not clear which one counts."
    ),
    Code.PRIVATE_KEY_PUBLISHED: _l(
        "A secret key was made public, so anyone could have signed with it."
    ),
    Code.INVALID_RELATIONSHIP: _l("The key that signed is not listed for this purpose."),
    Code.ISSUER_MISMATCH: _l("The key belongs to someone other than who is said to have signed."),
    Code.KEY_NOT_BOUND: _l("The key that signed is not one that the issuer lists."),
    Code.KEY_REVOKED: _l("The key had been revoked or had expired when it signed."),
    Code.NOT_IN_ISSUER_LOG: _l("The issuer's own records do not know it: it was not issued there."),
    Code.NOT_YET_VALID: _l("It is not valid yet."),
    Code.EXPIRED: _l("It has expired."),
    Code.REVOKED: _l("The issuer has revoked it."),
    Code.SUSPENDED: _l("The issuer has suspended it for now."),
    Code.UNSUPPORTED_STATUS: _l("The issuer states its status in a way that is not read here."),
    Code.STATUS_RETRIEVAL: _l(
        "The issuer's status list could not be had, so it is not known whether it was revoked."
    ),
    Code.STATUS_VERIFICATION: _l(
        "The status list was not signed by the issuer, or is not the right one."
    ),
    Code.STATUS_LIST_LENGTH: _l("The status list is shorter than the standard asks."),
    Code.LIST_TOO_LARGE: _l("The status list is too large to be read here."),
    Code.RANGE: _l("The status list has no such place as the credential names."),
    Code.STALE: _l(
        "The status list is not valid at this moment, so it is not known whether it was revoked."
    ),
    Code.RECIPIENT_MISMATCH: _l("It was not given to the person you named."),
    Code.ISSUER_UNKNOWN: _l(
        "The issuer is not on the list kept here. That is no fault of the credential: judge for"
        " yourself whether you trust it."
    ),
    Code.ENDORSEMENT: _l(
        "An endorsement of it does not count. That says nothing against the credential itself."
    ),
    Code.URL_NOT_ALLOWED: _l(
        "It names an address that is never asked; only public addresses with https:// are."
    ),
    Code.RETRIEVAL: _l("A document that this check needs could not be had. Try again later."),
    Code.TLS: _l("A server that this check needs did not prove its name."),
    Code.FETCH_BUDGET: _l(
        "It needs more documents than are fetched for one credential, or they came too slowly."
    ),
    Code.WORK_BUDGET: _l("It asks for more work than one check may take."),
    Code.DATABASE: _l("The service cannot do its work at this moment. Please try again soon."),
    Code.BUSY: _l(
        "Too many checks wait for other servers at this moment. Please try again in a minute."
    ),
    Code.NOT_SHOWN: _l("No badge is shown at this address."),
    Code.DEPENDS_ON_PROOF: _l("This cannot be said as long as the signature is not proven."),
}
# What keeps a document from being read as a graph, so that no proof over it can be checked.
_OF_THE_GRAPH: Final = (
    Code.CONTEXT_UNKNOWN,
    Code.CONTEXT_NOT_ALLOWED,
    Code.CONTEXT_ORDER,
    Code.NESTED_CONTEXT,
    Code.KEYWORD,
    Code.NON_COMPACT,
    Code.UNDEFINED_TYPE,
    Code.RELATIVE_IRI,
    Code.INVALID_IRI,
    Code.LANGUAGE_MAP,
    Code.SPLIT_NODE,
    Code.DATA_LOSS,
    Code.CANONICALIZATION_LIMIT,
)
_AS_IT_IS_WRITTEN: Final = _l("As it is written, its signature cannot be checked.")
_STATUS_BROKEN: Final = _l("What is said of its status, or the status list, cannot be read.")
_NEWER_IS_NOT_VALID: Final = _l("The issuer has a newer version of it, which is not valid today.")
# Where a code means something else in one check.
_IN_CHECK: Final[Mapping[tuple[Check, Code], LazyString]] = {
    (Check.UNWRAP, Code.AMBIGUOUS): _l(
        "There is more than one thing in it that could be meant. Give a single credential."
    ),
    (Check.UNWRAP, Code.UNSUPPORTED_SUITE): _l("It is in a form that is not read here."),
    (Check.UNWRAP, Code.FETCH_BUDGET): _l("There was no time left for it. Send it again alone."),
    (Check.UNWRAP, Code.URL_NOT_ALLOWED): _l(
        "This link is not followed: expected an address that begins with https:// and is public."
    ),
    (Check.UNWRAP, Code.RETRIEVAL): _l(
        "Nothing could be had at this link. Try again later, or send the file."
    ),
    (Check.UNWRAP, Code.TLS): _l("The server at this link did not prove its name."),
    **{(Check.PROOF, code): _AS_IT_IS_WRITTEN for code in _OF_THE_GRAPH},
    (Check.PROOF, Code.RETRIEVAL): _l(
        "The key of whoever signed it could not be had. Try again later."
    ),
    (Check.ISSUER, Code.ISSUER_MISMATCH): _l("It was not signed by the issuer that it names."),
    (Check.VALIDITY, Code.DATA_MODEL): _l("Its dates cannot be read."),
    (Check.STATUS, Code.MALFORMED): _STATUS_BROKEN,
    (Check.STATUS, Code.DATA_MODEL): _STATUS_BROKEN,
    (Check.STATUS, Code.AMBIGUOUS): _STATUS_BROKEN,
    (Check.RECIPIENT, Code.DATA_MODEL): _l("What it says of its recipient cannot be read."),
    (Check.TRUST, Code.ISSUER_UNKNOWN): BY_CODE[Code.ISSUER_UNKNOWN],
    (Check.TRUST, Code.DEPENDS_ON_PROOF): BY_CODE[Code.DEPENDS_ON_PROOF],
    (Check.REFRESH, Code.NOT_YET_VALID): _NEWER_IS_NOT_VALID,
    (Check.REFRESH, Code.EXPIRED): _NEWER_IS_NOT_VALID,
    (Check.REFRESH, Code.REVOKED): _NEWER_IS_NOT_VALID,
    (Check.REFRESH, Code.SUSPENDED): _NEWER_IS_NOT_VALID,
    (Check.HOLDER, Code.ISSUER_MISMATCH): _l(
        "It was not signed by the holder that it names, or it names none."
    ),
}
# What is told beside the credential and is about another document: its codes are that one's.
_BESIDE: Final[Mapping[tuple[Check, Outcome], LazyString]] = {
    (Check.ENDORSEMENTS, Outcome.FAILED): BY_CODE[Code.ENDORSEMENT],
    (Check.ENDORSEMENTS, Outcome.UNKNOWN): _l(
        "An endorsement of it could not be checked. That says nothing against the credential"
        " itself."
    ),
    (Check.SCHEMA, Outcome.FAILED): _l("It does not keep the further rules that it names."),
    (Check.SCHEMA, Outcome.UNKNOWN): _l(
        "The further rules that it names could not be applied. That decides nothing."
    ),
    (Check.TRUST, Outcome.UNKNOWN): _l(
        "Whether the issuer is known could not be found out. That is no fault of the credential."
    ),
    (Check.REFRESH, Outcome.FAILED): _l(
        "What the issuer's service gives as a newer version is none. That says nothing against"
        " this one."
    ),
    (Check.REFRESH, Outcome.UNKNOWN): _l(
        "Whether there is a newer version of it could not be found out. That decides nothing."
    ),
}


class Reason(NamedTuple):
    """A finding, ready to be shown: the names of its check and outcome, and why."""

    check: LazyString
    outcome: LazyString
    why: LazyString


def reason_of(finding: Finding) -> Reason:
    """Tell a finding in the reader's language."""
    if finding.outcome is Outcome.PASSED:
        why = PASSED_BUT.get((finding.check, finding.code), PASSED[finding.check])
    else:
        why = why_not(finding.check, finding.outcome, finding.code)
    return Reason(CHECKS[finding.check], OUTCOMES[finding.outcome], why)


def why_not(check: Check, outcome: Outcome, code: Code) -> LazyString:
    """Tell why a check does not hold or could not be decided."""
    anywhere = BY_CODE.get(code, OUTCOMES[outcome])
    return _IN_CHECK.get((check, code), _BESIDE.get((check, outcome), anywhere))
