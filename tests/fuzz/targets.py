"""What is fuzzed: each a function that takes bytes and lets nothing out but an `ExplainedError`.

A decoder behind another one (a header in base64url, text in a chunk with a checksum) is a target of
its own, so that mutation does not stop at the outer one.
"""

import functools
import gzip
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openbadges import status_list
from openbadges.baking import png, svg
from openbadges.data_integrity.sd_proof_value import parse_derived_proof_value
from openbadges.did import parse_did_url
from openbadges.errors import ExplainedError, UnavailableError, UnprovenError
from openbadges.jose import parse_compact_jws, parse_jwk, sign_compact_jws, verified_credential
from openbadges.jose.jwk_set import parse_jwk_set
from openbadges.jose.vp_jwt import presentation_claims, says_presentation
from openbadges.multikey import parse_multikey
from openbadges.schemas.named import check_by_schema
from openbadges.strict import (
    Document,
    encode_base58btc,
    encode_base64url,
    parse_json,
    parse_json_object,
)
from openbadges.verification_method import parse_controller_document
from tests.credentials import STATUS_LIST
from tests.fuzz import seeds
from tests.world import BADGES, EVIL, NOW, honest_internet
from verifier import Outcome, Report, Verdict, Verifier
from verifier.given import find
from verifier.judging import judge
from verifier.links import is_page, read_page
from verifier.ports import Fetched
from verifier.qr_code import read_qr_code
from verifier.unwrap import MAXIMUM_PRESENTED_BYTES, unwrap

Seeds = tuple[bytes, ...]
# What decides whether a reader is fooled: it must be what one of the seeds says.
_READ: Final = ("id", "type", "issuer", "validFrom", "validUntil", "credentialStatus")


@dataclass(frozen=True, slots=True)
class Target:
    """One function under fuzzing, the inputs it begins with, and the executions of a short run."""

    run: Callable[[bytes], None]
    seeds: Callable[[], Seeds]
    short: int = 3000

    def refusal(self, data: bytes) -> ExplainedError | None:
        """Return how the input was refused, or None; whatever else is raised is a crash."""
        try:
            self.run(data)
        except ExplainedError as error:
            return error
        return None


class _AnyLink:
    """A web in which every link leads to a page, a picture, a badge, or nowhere, by its length."""

    def fetch_presented(self, url: str, *, maximum_bytes: int) -> Fetched:
        """Answer as the guarded fetcher does."""
        answers = (seeds.badge(), seeds.pages()[0], seeds.pages()[1], seeds.bare_picture())
        if len(url) % 5 == len(answers):
            raise UnavailableError("nothing answers there")
        return Fetched(url, answers[len(url) % 5][:maximum_bytes])


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _unwrapper(data: bytes) -> None:
    unwrap(find(data, _AnyLink()).data)


def _png_text(data: bytes) -> None:
    """Put `data` behind the keyword of a text chunk, whose length and checksum are right."""
    chunk = b"iTXt" + png.KEYWORD + b"\0" + data
    framed = len(chunk[4:]).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4)
    bare = seeds.bare_picture()
    header_end = len(png.SIGNATURE) + 25  # IHDR in its frame
    unwrap(bare[:header_end] + framed + bare[header_end:])


def _png_chunks(data: bytes) -> None:
    """Repair every checksum, so that the chunks themselves are read."""
    png.unbake(_with_checksums(data))


def _qr_code(data: bytes) -> None:
    read_qr_code(_with_checksums(data) if data.startswith(png.SIGNATURE) else data)


def _with_checksums(data: bytes) -> bytes:
    repaired, place = bytearray(data), len(png.SIGNATURE)
    while place + 12 <= len(data):
        end = place + 8 + int.from_bytes(data[place : place + 4])
        if end + 4 > len(data):
            break
        repaired[end : end + 4] = zlib.crc32(data[place + 4 : end]).to_bytes(4)
        place = end + 4
    return bytes(repaired)


def _jws(data: bytes) -> None:
    jws = parse_compact_jws(_text(data))
    verified_credential(parse_json_object(jws.payload, what="the payload"))


def _jws_header(data: bytes) -> None:
    jws = parse_compact_jws(f"{encode_base64url(data)}.e30.AAAA")
    _ = jws.kid, jws.header_key, jws.algorithm


def _jws_payload(data: bytes) -> None:
    verified_credential(parse_json_object(data, what="the payload"))


def _presentation(data: bytes) -> None:
    """Judge a payload as a presentation that somebody else signed: it must not be believed."""
    says_presentation(_text(data))
    presentation_claims(parse_json_object(data, what="the payload"))
    signed = sign_compact_jws(data, EVIL.signer, typ="vp+jwt").encode()
    report = judge(Verifier(honest_internet()), signed, _AnyLink(), now=NOW)
    if report.verdict is Verdict.VERIFIED:
        raise AssertionError("a presentation that its holder did not sign was VERIFIED")


def _status_list(data: bytes) -> None:
    """Decode both forms, and read the first and the last entry of every size."""
    bits = status_list.decode(_text(data), multibase=data.startswith(b"u"))
    for size in range(1, status_list.MAXIMUM_STATUS_SIZE + 1):
        for index in (0, len(bits) * 8 // size - 1):
            status_list.read_status(bits, index, size=size)


def _status_list_gzip(data: bytes) -> None:
    status_list.decode("u" + encode_base64url(data))


def _status_list_bits(data: bytes) -> None:
    _status_list_gzip(gzip.compress(data, compresslevel=1))


def _status_list_credential(data: bytes) -> None:
    """Ask a list that was tampered with for a badge's status: it must not be believed."""
    internet = honest_internet()
    internet.publish(STATUS_LIST, data[: 4 * 1024 * 1024])
    report = Verifier(internet).verify(seeds.badge(), now=NOW)
    _raise_refusal(report)
    if not _says(data, seeds.status_list_credential()):
        raise AssertionError("a status list that its issuer did not sign was believed")


def _proof_value(data: bytes) -> None:
    parse_derived_proof_value(_text(data)).ephemeral_key()


def _cbor(data: bytes) -> None:
    value = "u" + encode_base64url(bytes.fromhex("d95d01") + data)
    parse_derived_proof_value(value).ephemeral_key()


def _page(data: bytes) -> None:
    if is_page(data):
        read_page(data, address="https://a.example/")


def _jwk(data: bytes) -> None:
    document = parse_json_object(data, what="a JWK")
    parse_jwk(document) if "kty" in document else parse_jwk_set(document)


def _multikey_bytes(data: bytes) -> None:
    parse_multikey("z" + encode_base58btc(data[:200]))


def _schema(data: bytes) -> None:
    """Apply the first of an array to the second, after what it costs was counted."""
    pair = parse_json(data)
    if isinstance(pair, list) and [type(each) for each in pair] == [dict, dict]:
        schema, document = pair
        check_by_schema(document, schema)


def _controller_document(data: bytes) -> None:
    document = parse_json_object(data, what="a controller document")
    parse_controller_document(document, expected_id=BADGES.id)


def _verifier(data: bytes) -> None:
    """Judge it in the tests' world: never an exception, and no yes to what no one signed."""
    report = Verifier(honest_internet()).verify(data[: MAXIMUM_PRESENTED_BYTES + 1], now=NOW)
    _raise_refusal(report)
    if _read(report.credential) not in _signed():
        raise AssertionError("a credential that nobody signed was VERIFIED")


def _raise_refusal(report: Report) -> None:
    if report.verdict is not Verdict.VERIFIED:
        decisive = [one for one in report.findings if one.outcome is not Outcome.PASSED]
        raise UnprovenError(decisive[0].sentence, code=decisive[0].code)


@functools.cache
def _signed() -> list[Document]:
    """Give what the seeds say that their issuers signed."""
    reports = (
        Verifier(honest_internet()).verify(seed, now=NOW) for seed in (seeds.badge(), seeds.jws())
    )
    return [_read(report.credential) for report in reports]


def _read(credential: Document) -> Document:
    return {name: credential.get(name) for name in _READ}


def _says(data: bytes, signed: bytes) -> bool:
    """Tell whether two lists have the same bits, for the same purpose and time."""
    subjects = [parse_json(each) for each in (data, signed)]
    return all(
        _member(subjects[0], *path) == _member(subjects[1], *path)
        for path in (("credentialSubject", "encodedList"), ("validUntil",), ("id",))
    )


def _member(document: Any, *path: str) -> object:  # noqa: ANN401 -- JSON is any JSON value
    for name in path:
        while isinstance(document, list) and len(document) == 1:
            document = document[0]  # an array of one says what its member says
        document = document.get(name) if isinstance(document, dict) else None
    return document[0] if isinstance(document, list) and len(document) == 1 else document


def _quietly(parse: Callable[[bytes], object]) -> Callable[[bytes], None]:
    """Make a target out of a parser."""

    def run(data: bytes) -> None:
        parse(data)

    return run


def _of_text(parse: Callable[[str], object]) -> Callable[[bytes], None]:
    return _quietly(lambda data: parse(_text(data)))


def _all_forms() -> Seeds:
    return (
        *(seeds.badge(), seeds.jws(), seeds.envelope(), b"https://a.example/x"),
        *(*seeds.pictures(), *seeds.drawings(), *seeds.pages()),
    )


TARGETS: Final[Mapping[str, Target]] = {
    "json": Target(_quietly(parse_json), lambda: (seeds.badge(), *seeds.jwks())),
    "unwrap": Target(_unwrapper, _all_forms, short=1500),
    "png": Target(_quietly(png.unbake), seeds.pictures),
    "png-chunks": Target(_png_chunks, seeds.pictures),
    "png-text": Target(_png_text, lambda: (b"\0\0\0\0" + seeds.badge(), b"\0\0\0\0" + seeds.jws())),
    "svg": Target(_quietly(svg.unbake), seeds.drawings),
    "qr": Target(_qr_code, lambda: (seeds.bare_picture(), *seeds.photographs()), short=400),
    "jws": Target(_jws, lambda: (seeds.jws(),)),
    "jws-header": Target(_jws_header, lambda: (seeds.jws_part(0), *seeds.headers())),
    "jws-payload": Target(_jws_payload, lambda: (seeds.jws_part(1), *seeds.wrapped_payloads())),
    "presentation": Target(_presentation, seeds.presentations, short=300),
    "status-list": Target(_status_list, seeds.status_lists, short=1500),
    "status-list-gzip": Target(_status_list_gzip, seeds.gzip_streams, short=1000),
    "status-list-bits": Target(_status_list_bits, lambda: (bytes(16_384), b"\xaa" * 16_384)),
    "status-list-credential": Target(
        _status_list_credential, lambda: (seeds.status_list_credential(),), short=60
    ),
    "proof-value": Target(_proof_value, seeds.proof_values),
    "cbor": Target(_cbor, seeds.cbor_items),
    "page": Target(_page, seeds.pages, short=1500),
    "jwk": Target(_jwk, seeds.jwks),
    "multikey": Target(_of_text(parse_multikey), seeds.multikeys),
    "multikey-bytes": Target(_multikey_bytes, lambda: (b"\xed\x01" + bytes(31) + b"\x09",)),
    "did": Target(_of_text(parse_did_url), seeds.did_urls),
    "controller-document": Target(_controller_document, seeds.controller_documents),
    "schema": Target(_schema, seeds.schemas, short=1000),
    "verify": Target(_verifier, lambda: (seeds.badge(), seeds.jws()), short=60),
}
