"""Whom a badge names: identifiers, normalised and hashed with a salt.

https://www.imsglobal.org/spec/ob/v3p0#identityobject. A salted hash keeps an identifier off the
page and no more: who has a list of candidates can try each one. Choosing a salt needs randomness
and so is the caller's; what is kept about a person is decided in `issuer`. No refusal repeats the
identifier, so none leaks into a log.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document, check_text

MINIMUM_SALT_CHARACTERS = 22  # 128 bits in base64url: no table of hashes made beforehand fits (J1)
MAXIMUM_ADDRESS_CHARACTERS = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
MAXIMUM_LOCAL_BYTES = 64  # RFC 5321 section 4.5.3.1.1
MAXIMUM_USER_NAME_BYTES = 235  # what MediaWiki lets a name have

_DIGESTS: Final[Mapping[str, Callable[[bytes], str]]] = {
    "sha256": lambda data: hashlib.sha256(data).hexdigest(),
    # Only read: older issuers wrote it, and the specification still lists it.
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
}
_IDENTITY_HASH: Final = re.compile(r"sha256\$[0-9A-Fa-f]{64}|md5\$[0-9A-Fa-f]{32}")
# The specification's word, and the one in its implementation guide.
_ADDRESS_TYPES: Final = frozenset({"emailAddress", "email"})

# RFC 5322's dot-atom with the letters of every script (RFC 6531); no quoted names, no comments.
_ATOM: Final = r"[^\s@.,:;\"()<>\[\]\\\x00-\x20\x7f-\xa0]+"
_LOCAL_PART: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")  # RFC 1035 section 2.3.4
_IDEOGRAPHIC_STOP: Final = "\u3002"  # what a Chinese or Japanese keyboard types for a dot

# What MediaWiki takes for a blank in a title, the marks of direction that it drops, and what no
# user name has: the characters of links, subpages and private use, controls, zero-width marks.
_BLANKS: Final = re.compile(r"[\s_\u180e]+")
_DIRECTION_MARKS: Final = re.compile(r"[\u200e\u200f\u202a-\u202e]")
_NEVER_IN_USER_NAMES: Final = re.compile(
    r"[#<>\[\]|{}/\x00-\x1f\x7f-\x9f\u200b-\u200d\u2060\ue000-\uf8ff\ufeff\ufffd]"
)
_GEORGIAN_LETTERS: Final = range(0x10D0, 0x1100)


def identity_hash(identifier: str, salt: str) -> str:
    """Return "sha256$" and the hexadecimal SHA-256 of the identifier followed by the salt.

    Spec: ob-v3p0#identityhash
    """
    return "sha256$" + _DIGESTS["sha256"]((identifier + salt).encode())


def identity_object(identifier: str, *, identity_type: str, salt: str) -> Document:
    """Compose the IdentityObject that names a person by a salted hash.

    `identifier` is already normalised. `salt` is random text of at least 128 bits (16 bytes in
    base64url), another one in each credential.

    Raises:
        ValueError: the salt is shorter than that.
    """
    if len(salt) < MINIMUM_SALT_CHARACTERS:
        raise ValueError(f"a salt of {len(salt)} characters; {MINIMUM_SALT_CHARACTERS} are needed")
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity_hash(identifier, salt),
        "identityType": identity_type,
        "salt": salt,
    }


def plain_identity_object(identifier: str, *, identity_type: str) -> Document:
    """Compose the IdentityObject that says a name or an identifier openly, as its owner asked."""
    return {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": identifier,
        "identityType": identity_type,
    }


def matches(presented: Mapping[str, Any], candidate: str) -> bool:
    """Say whether an IdentityObject names `candidate`.

    An e-mail address or user name is tried as given and normalised, since the specification does
    not say which spelling an issuer hashes. The time it takes tells nothing of how nearly it
    matched.

    Raises:
        MalformedError: the object is not built as the specification says (DATA_MODEL).

    Spec: ob-v3p0#identityobject
    """
    hashed, value = presented.get("hashed"), presented.get("identityHash")
    if not isinstance(hashed, bool) or not isinstance(value, str):
        raise _data_model("must have hashed, true or false, and identityHash, a string")
    kind = presented.get("identityType")
    is_address = isinstance(kind, str) and kind in _ADDRESS_TYPES
    check_text(candidate, what="the identifier to compare with")
    candidates = _spellings(candidate, kind)
    if not hashed:
        return _any_equal([value, value.lower()] if is_address else [value], candidates)
    salt = presented.get("salt", "")
    if not isinstance(salt, str):
        raise _data_model("must have a string as its salt")
    if not _IDENTITY_HASH.fullmatch(value):
        raise _data_model("that is hashed must have an identityHash of sha256$ or md5$ and hex")
    algorithm, _, found = value.lower().partition("$")
    digest = _DIGESTS[algorithm]
    return _any_equal([found], {digest((each + salt).encode()) for each in candidates})


def normalise_email(text: str) -> str:
    """Return the address in the one spelling that we hash: NFC, lower case, an ASCII domain.

    Raises:
        MalformedError: it is not a bare address such as name@example.org.
    """
    address = unicodedata.normalize("NFC", check_text(text, what="an e-mail address").strip())
    if len(address) <= MAXIMUM_ADDRESS_CHARACTERS:
        before, _, after = address.rpartition("@")
        local_part, domain = unicodedata.normalize("NFC", before.lower()), _ascii_domain(after)
        normalised = f"{local_part}@{domain}"
        if (
            _is_local_part(local_part)
            and _is_domain(domain)
            and len(normalised) <= MAXIMUM_ADDRESS_CHARACTERS
        ):
            return normalised
    raise MalformedError(
        "this is not an e-mail address; write it as name@example.org, with nothing around it"
    )


def normalise_user_name(text: str) -> str:
    """Return a wiki user name as MediaWiki itself writes it: `ana_maria ` is `Ana maria`.

    Raises:
        MalformedError: no account can have this name.
    """
    name = unicodedata.normalize("NFC", check_text(text, what="a user name").strip())
    name = _DIRECTION_MARKS.sub("", name)
    if _NEVER_IN_USER_NAMES.search(name):
        raise MalformedError(
            "a user name has no control character and none of # < > [ ] | { } and the slash"
        )
    name = _upper_case_first(_BLANKS.sub(" ", name).strip())
    if not 0 < len(name.encode()) <= MAXIMUM_USER_NAME_BYTES:
        raise MalformedError(f"a user name has 1 to {MAXIMUM_USER_NAME_BYTES} bytes of UTF-8")
    return name


def _spellings(identifier: str, kind: object) -> set[str]:
    """Return how an issuer may have written an identifier of this type before hashing it."""
    spellings = {identifier}
    with suppress(MalformedError):  # what cannot be normalised is compared as it is
        if isinstance(kind, str) and kind in _ADDRESS_TYPES:
            spellings.add(identifier.lower())
            spellings.add(normalise_email(identifier))
        elif kind == "userName":
            spellings.add(normalise_user_name(identifier))
    return spellings


def _data_model(expected: str) -> MalformedError:
    return MalformedError(f"an IdentityObject {expected}", code=Code.DATA_MODEL)


def _any_equal(found: list[str], expected: set[str]) -> bool:
    """Compare each with each, every time to the last byte."""
    return any(
        hmac.compare_digest(one.encode(), other.encode()) for one in found for other in expected
    )


def _is_local_part(text: str) -> bool:
    # Category C: controls, invisible format marks, and code points that are no character.
    hidden = any(unicodedata.category(character)[0] == "C" for character in text)
    fits = len(text.encode()) <= MAXIMUM_LOCAL_BYTES
    return fits and not hidden and _LOCAL_PART.fullmatch(text) is not None


def _is_domain(text: str) -> bool:
    labels = text.split(".")
    return (
        len(labels) > 1
        and labels[-1][:1].isalpha()
        and all(_LABEL.fullmatch(label) for label in labels)
    )


def _ascii_domain(domain: str) -> str:
    # NFKC also folds the full-width letters that input methods type.
    folded = unicodedata.normalize("NFKC", domain).lower()
    labels = unicodedata.normalize("NFKC", folded).replace(_IDEOGRAPHIC_STOP, ".").split(".")
    return ".".join(_ascii_label(label) for label in labels)


def _ascii_label(label: str) -> str:
    """Write one label of a domain in ASCII (RFC 5891's A-label), without the checks of IDNA."""
    letters = label.replace("-", "")
    if label.isascii() or not all(unicodedata.category(each)[0] in "LMN" for each in letters):
        return label  # which is then refused if it is not ASCII
    return "xn--" + label.encode("punycode").decode("ascii")


def _upper_case_first(name: str) -> str:
    """Do as MediaWiki's ucfirst on Wikimedia's wikis.

    A letter stays whose capital is several letters (ß) or that has a capital for whole words only
    (Georgian).
    """
    first = name[:1]
    capital = first.upper()
    if len(capital) != 1 or ord(first) in _GEORGIAN_LETTERS:
        return name
    return capital + name[1:]
