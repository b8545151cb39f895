"""The costliest inputs that we can think of, each with the world around it and how it is judged.

What they take is measured in `tests.bounds`.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

import verifier.qr_code  # noqa: F401 -- the service has it when it is idle
from openbadges import status_list
from openbadges.did import did_key
from openbadges.errors import MalformedError, UnavailableError
from openbadges.jose import format_jwk
from openbadges.strict import Document, encode_base64url
from tests.credentials import CONTEXTS, plain_credential, replace
from tests.given import encoded, page, qr_image
from tests.presentations import unsigned
from tests.rewriting import EXTENSIONS
from tests.selective import derive, options_of
from tests.signing import EcTestSigner
from tests.world import EVIL, NOW, Issuer, as_bytes, issued_by, status_list_document
from verifier import Verifier
from verifier.bundle import Bundle
from verifier.bundle_check import Checker, judge_bundle
from verifier.judging import AnyReport, judge, judge_each
from verifier.ports import Fetched
from verifier.qr_code import (
    MAXIMUM_JPEG_PIXELS,
    MAXIMUM_PNG_PIXELS,
    MAXIMUM_PROGRESSIVE_PIXELS,
    MAXIMUM_SCANS,
)
from verifier.recording import judge_recorded
from verifier.sources import NoDocuments
from verifier.trust import KnownRegistry, TrustRegistry

_MIB: Final = 1024 * 1024
_LISTS: Final = "https://evil.example/lists/"
_SCHEMA: Final = "https://evil.example/schema.json"
_REGISTRIES: Final = [f"https://registry.example/{number}" for number in range(3)]

Documents = Mapping[str, bytes]


class Folder:
    """The world of one input, as files: what is not asked for takes no memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, url: str, data: bytes) -> None:
        """Let `url` answer with bytes."""
        self._file(url).write_bytes(data)

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Answer as the guarded fetcher does."""
        file = self._file(url)
        if not file.exists() or file.stat().st_size > maximum_bytes:
            raise UnavailableError(f"nothing to be read is at {url:.200}")
        return file.read_bytes()

    def fetch_presented(self, url: str, *, maximum_bytes: int) -> Fetched:
        """Answer as the guarded fetcher does."""
        return Fetched(url, self.fetch(url, maximum_bytes=maximum_bytes))

    def _file(self, url: str) -> Path:
        return self._folder / hashlib.sha256(url.encode()).hexdigest()


Judge = Callable[[bytes, Folder], AnyReport]


def _alone(given: bytes, world: Folder) -> AnyReport:
    return judge(Verifier(world), given, world, now=NOW)


def _asking_registries(given: bytes, world: Folder) -> AnyReport:
    asked = tuple(KnownRegistry("R", url) for url in _REGISTRIES)
    trust = TrustRegistry(registries=asked)
    return judge(Verifier(world, trust=trust), given, world, now=NOW)


def _a_hundred(given: bytes, world: Folder) -> AnyReport:
    each = [given + b" " * number for number in range(100)]
    return judge_each(Verifier(world), each, world, now=NOW)[-1]


def _as_bundle(given: bytes, _: Folder) -> AnyReport:
    checker = Checker(NOW, NoDocuments(), {}, vouches=True)
    return judge_bundle(Verifier(NoDocuments()), given, checker)


def _kept(given: bytes, world: Folder) -> AnyReport:
    recorded = judge_recorded(Verifier(world), given, world, now=NOW)
    with suppress(MalformedError):  # larger than is read again
        Bundle(recorded.judged, recorded.documents, NOW).as_json()
    return recorded.report


@dataclass(frozen=True)
class Costly:
    """An input: how its bytes are made, the world around it, and how it is judged."""

    given: Callable[[], bytes | str | Document]
    documents: Callable[[], Documents] = dict
    judge: Judge = _alone
    verifications: int = 1  # for which it counts where requests are counted


# --- pictures


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def _png(colour: int, depth: int, *, more: bytes = b"") -> bytes:
    """Draw the largest black PNG of a colour type that is decoded; `more` are chunks before it."""
    side = int(MAXIMUM_PNG_PIXELS**0.5)
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = bytes(1 + (side * channels * depth + 7) // 8)
    packer = zlib.compressobj(1)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = side.to_bytes(4) + side.to_bytes(4) + bytes([depth, colour, 0, 0, 0])
    body = _chunk(b"IHDR", header) + more + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _palette(colours: int) -> bytes:
    return _chunk(b"PLTE", bytes(3 * colours)) + _chunk(b"tRNS", bytes(colours))


def _jpeg(mode: str, pixels: int, **options: Any) -> bytes:  # noqa: ANN401 -- Pillow's own
    side = int(pixels**0.5)
    return encoded(Image.new(mode, (side, side)), "JPEG", **options)


def _plain_scans(components: int, pixels: int) -> bytes:
    """Draw a JPEG of one scan a component, which a decoder keeps whole until the last of them."""
    grey = _jpeg("L", pixels, quality=50)
    tables, scan = grey[2 : grey.index(b"\xff\xda")], grey[grey.index(b"\xff\xda") : -2]
    start = tables.index(b"\xff\xc0")
    length = int.from_bytes(tables[start + 2 : start + 4])
    frame = b"\xff\xc0" + (8 + 3 * components).to_bytes(2) + tables[start + 4 : start + 9]
    frame += bytes([components])
    frame += b"".join(bytes([number + 1, 0x11, 0]) for number in range(components))
    tables = tables[:start] + frame + tables[start + 2 + length :]
    scans = (scan[:5] + bytes([number + 1]) + scan[6:] for number in range(components))
    return b"\xff\xd8" + tables + b"".join(scans) + b"\xff\xd9"


def led_astray(components: int) -> bytes:
    """Give the beginning of a JPEG that hides a scan of so many components in a comment.

    The mark RST0 has no length, so that who reads one there goes on somewhere else.
    """
    scan = b"\xff\xda\x00\x0c" + bytes([components]) + bytes(9) + b"\xff\xd9"
    first = bytearray(b"\xff\xfe\xff\xff" + bytes(65_533))
    first[-3:] = b"\xff\xe1\x00"  # a segment of 255 bytes, the last of which is the next mark's
    second = bytearray(b"\xff\xfe\x02\x00" + bytes(510))
    second[254 : 254 + len(scan)] = scan
    return b"\xff\xd8\xff\xd0" + bytes(first) + bytes(second)


def hidden_scans(number: int, *, pixels: int = MAXIMUM_PROGRESSIVE_PIXELS) -> bytes:
    """Draw a JPEG with so many more scans behind a comment that holds the mark of an end."""
    whole = _jpeg("L", pixels, progressive=True, quality=50)
    tables = whole.index(b"\xff\xc4", whole.index(b"\xff\xda"))  # of the second scan
    last = whole[whole.rindex(b"\xff\xda") : -2]
    comment = b"\xff\xfe\x00\x04\xff\xd9"
    return whole[:tables] + comment + whole[tables:-2] + last * number + whole[-2:]


def _corners(side: int) -> bytes:
    corner = Image.new("L", (8, 8), 255)
    corner.paste(0, (0, 0, 7, 7))
    corner.paste(255, (1, 1, 6, 6))
    corner.paste(0, (2, 2, 5, 5))
    tiled = Image.new("L", (side, side), 255)
    for left in range(0, side, 8):
        for top in range(0, side, 8):
            tiled.paste(corner, (left, top))
    return encoded(tiled)


def _full_code() -> bytes:
    return encoded(qr_image("ey" + "A" * 2_900, pixels=6))


def _svg(body: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>'.encode()


# --- credentials


def _chain(document: Document, *, links: int = 4) -> Document:
    """Give it with a chain of proofs that do not hold, each of which covers something else."""
    proofs: list[Document] = []
    for number in range(links):
        proof = {
            "id": f"urn:uuid:{number}",
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2026-02-01T12:00:00Z",
            "verificationMethod": EVIL.signer.verification_method,
            "proofPurpose": "assertionMethod",
            "proofValue": "z" + "3" * 87,
        }
        proofs.append(proof | ({"previousProof": f"urn:uuid:{number - 1}"} if number else {}))
    return document | {"proof": proofs}


def _wide(number: int, by: Issuer = EVIL) -> Document:
    alignments = [
        {"type": ["Alignment"], "targetName": f"n{one}", "targetUrl": f"https://x.example/{one}"}
        for one in range(number)
    ]
    return replace(issued_by(by), "credentialSubject.achievement.alignment", alignments)


def _alike() -> Document:
    """Give a badge whose unnamed nodes cannot be told apart within the budget (A31)."""
    alignment = {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://x.example/"}
    result = {"type": ["Result"], "value": "1", "alignment": [alignment] * 8}
    return replace(issued_by(EVIL), "credentialSubject.result", [result] * 2)


def _with_contexts(*contexts: object) -> Document:
    return plain_credential(**{"@context": list(contexts)}, issuer=EVIL.id)


def _endorsed(endorsement: Document, number: int = 20) -> str:
    return EVIL.sign_jws(issued_by(EVIL, endorsement=[endorsement] * number))


def _disclosed(number: int, *, proofs: int = 1) -> Document:
    signer = EcTestSigner(77)
    by = Issuer(did_key(signer.public_key), signer)
    badge, proof = _wide(number, by), options_of(by)
    value = derive(badge, proof, by=by, mandatory=("credentials#issuer",)).encoded()
    return badge | {"proof": [proof | {"proofValue": value}] * proofs}


def _filled(item: str, mebibytes: int, *, begins: str, ends: str = "]}") -> str:
    number = (mebibytes * _MIB - len(begins) - len(ends)) // (len(item) + 1)
    return begins + ",".join([item] * number) + ends


_PRESENTED: Final = '{"type":"VerifiablePresentation","a":['
_NOTHING: Final = '{"a":['


# --- what a credential leads to


def _with_status(number: int) -> Document:
    entries = [
        {
            "id": f"{_LISTS}{one}#1",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "1",
            "statusListCredential": f"{_LISTS}{one}",
        }
        for one in range(number)
    ]
    status: object = entries if number > 1 else entries[0]
    return EVIL.sign(issued_by(EVIL) | {"credentialStatus": status})


def _with_lists_of_many() -> Document:
    """Give a presentation that names as many lists as documents are fetched for it."""
    badges = []
    for number in range(8):
        badge = _with_status(4)
        del badge["proof"]
        for entry in badge["credentialStatus"]:
            entry["statusListCredential"] += f"/{number}"
            entry["id"] = f"{entry['statusListCredential']}#1"
        badges.append(EVIL.sign(badge))
    return unsigned(*badges)


def _long_lists(number: int) -> Documents:
    urls = [f"{_LISTS}{one}/{badge}" for badge in range(8) for one in range(4)]
    return dict.fromkeys(urls[:number], b'{"x":"' + b"a" * 1_040_000 + b'"}')


def _lists(number: int, make: Callable[[str], Document]) -> Documents:
    return {(url := f"{_LISTS}{one}"): as_bytes(make(url)) for one in range(number)}


def _list_of(mebibytes: int) -> Callable[[str], Document]:
    packed = "u" + encode_base64url(_zeros(mebibytes))

    def make(url: str) -> Document:
        document = status_list_document(issuer=EVIL.id, id=url)
        return EVIL.sign(replace(document, "credentialSubject.encodedList", packed))

    return make


def _zeros(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    piece = bytes(_MIB)
    return b"".join(packer.compress(piece) for _ in range(mebibytes)) + packer.flush()


def _sized_list(url: str) -> Document:
    bits = bytes(status_list.MINIMUM_ENTRIES)
    document = status_list_document(issuer=EVIL.id, id=url, purpose="message")
    subject = document["credentialSubject"] | {"encodedList": status_list.encode(bits)}
    return EVIL.sign(document | {"credentialSubject": subject})


def _with_sized_status() -> Document:
    messages = [{"status": hex(one), "message": f"m{one}"} for one in range(256)]
    entry = {
        "id": f"{_LISTS}0#1",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "message",
        "statusListIndex": "131071",
        "statusListCredential": f"{_LISTS}0",
        "statusSize": 8,
        "statusMessage": messages,
    }
    return EVIL.sign(issued_by(EVIL) | {"credentialStatus": entry})


def _extended(**members: object) -> Document:
    return EVIL.sign(issued_by(EVIL, **{"@context": [*CONTEXTS, EXTENSIONS]}) | members)


def _with_schema() -> Document:
    named = {"id": _SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}
    return _extended(credentialSchema=[named])


def _schema(**keywords: object) -> Callable[[], Documents]:
    return lambda: {_SCHEMA: json.dumps(keywords).encode()}


def _with_revocation_list() -> Document:
    return _extended(credentialStatus={"id": f"{_LISTS}r", "type": "1EdTechRevocationList"})


def _revocation_list(*revoked: object) -> Callable[[], Documents]:
    def make() -> Documents:
        document = {"id": f"{_LISTS}r", "issuer": EVIL.id, "revokedCredential": list(revoked)}
        return {f"{_LISTS}r": json.dumps(document, separators=(",", ":")).encode()}

    return make


_HOST: Final = "https://evil.example"


def _by_key_set() -> str:
    method = f"{_HOST}/.well-known/jwks.json#63"
    signer = EcTestSigner(1063, curve=ec.SECP384R1(), verification_method=method)
    return Issuer(f"{_HOST}/issuer", signer).sign_jws(issued_by(Issuer(f"{_HOST}/issuer", signer)))


def _key_set() -> Documents:
    keys = [
        format_jwk(EcTestSigner(1000 + one, curve=ec.SECP384R1()).public_key, kid=str(one))
        for one in range(64)
    ]
    return {
        f"{_HOST}/issuer": json.dumps({"id": f"{_HOST}/issuer", "type": "Profile"}).encode(),
        f"{_HOST}/.well-known/jwks.json": json.dumps({"keys": keys}).encode(),
    }


def _registries() -> Documents:
    entries = {f"did:web:{one}.example": {"name": "n"} for one in range(10_000)}
    data = json.dumps({"registry": entries}, separators=(",", ":")).encode()
    return dict.fromkeys(_REGISTRIES, data)


def _bundle(presented: bytes, *, documents: int = 0) -> bytes:
    one = encode_base64url(bytes(1_100_000))
    made = {
        "version": 1,
        "made": "2026-03-01T12:00:00Z",
        "presented": encode_base64url(presented),
        "documents": {f"{_LISTS}{number}": one for number in range(documents)},
    }
    return json.dumps(made).encode()


KINDS: Final[Mapping[str, Costly]] = {
    "a PNG of 16 bits, see-through": Costly(lambda: _png(6, 16)),
    "a PNG in grey, see-through": Costly(lambda: _png(4, 8)),
    "a PNG of one see-through colour": Costly(lambda: _png(2, 16, more=_chunk(b"tRNS", bytes(6)))),
    "a PNG with a see-through palette": Costly(lambda: _png(3, 8, more=_palette(256))),
    "a PNG of two see-through colours": Costly(lambda: _png(3, 1, more=_palette(2))),
    "a PNG tiled with a code's corners": Costly(lambda: _corners(2400)),
    "a PNG of a full code": Costly(_full_code),
    "a JPEG in one scan": Costly(lambda: _jpeg("RGB", MAXIMUM_JPEG_PIXELS, subsampling=0)),
    "a JPEG in four colours": Costly(lambda: _jpeg("CMYK", MAXIMUM_JPEG_PIXELS)),
    "a JPEG in many scans": Costly(
        lambda: _jpeg("RGB", MAXIMUM_PROGRESSIVE_PIXELS, progressive=True, subsampling=0)
    ),
    "a JPEG in many scans and four colours": Costly(
        lambda: _jpeg("CMYK", MAXIMUM_PROGRESSIVE_PIXELS * 3 // 4, progressive=True)
    ),
    "a JPEG in four colours, in more scans than it has pixels for": Costly(
        lambda: _jpeg("CMYK", MAXIMUM_PROGRESSIVE_PIXELS, progressive=True)
    ),
    "a JPEG in as many scans as there may be": Costly(lambda: hidden_scans(MAXIMUM_SCANS - 6)),
    "a JPEG of one scan a colour": Costly(lambda: _plain_scans(3, MAXIMUM_PROGRESSIVE_PIXELS)),
    "a JPEG whose first scan is another one": Costly(
        lambda: led_astray(3) + _plain_scans(3, MAXIMUM_JPEG_PIXELS)[2:]
    ),
    "a JPEG with scans behind a comment": Costly(lambda: hidden_scans(250)),
    "a JPEG of four mebibytes of segments": Costly(lambda: hidden_scans(130_000)),
    "a JPEG of four mebibytes of fill bytes": Costly(
        lambda: _plain_scans(1, 4_096)[:-2] + b"\xff" * 4_100_000
    ),
    "an SVG of four mebibytes of elements": Costly(lambda: _svg("<g/>" * 1_000_000)),
    "an SVG of one element's attributes": Costly(
        lambda: _svg("<g " + " ".join(f'a{one}="x"' for one in range(150_000)) + "/>")
    ),
    "an SVG of namespaces": Costly(
        lambda: _svg("<g " + " ".join(f'xmlns:a{one}="urn:{one}"' for one in range(100_000)) + "/>")
    ),
    "an SVG of references": Costly(lambda: _svg("&amp;" * 800_000)),
    "a page of brackets": Costly(lambda: page("", "<" * 256 * 1024)),
    "a page of open comments": Costly(lambda: page("", "<!--" * 64 * 1024)),
    "a page of scripts": Costly(
        lambda: page(("<script type=application/vc>" + "[" * 32 + "</script>") * 4_000)
    ),
    "a mebibyte of arrays": Costly(lambda: _filled("[[]]", 1, begins=_NOTHING)),
    "a mebibyte of texts": Costly(lambda: _filled('"ab"', 1, begins=_NOTHING)),
    "a mebibyte of escapes": Costly(lambda: issued_by(EVIL, description="\n" * 480_000)),
    "four mebibytes of arrays": Costly(lambda: _filled("[[]]", 4, begins=_NOTHING)),
    "four mebibytes of arrays, presented": Costly(lambda: _filled("[[]]", 4, begins=_PRESENTED)),
    "four mebibytes of objects, presented": Costly(
        lambda: _filled('{"":{"":{"":{}}}}', 4, begins=_PRESENTED)
    ),
    "a badge of as many statements as there may be": Costly(lambda: _chain(_wide(380), links=1)),
    "a badge that looks the same everywhere": Costly(lambda: _chain(_alike(), links=1)),
    "a badge with a picture of a mebibyte": Costly(
        lambda: EVIL.sign(issued_by(EVIL, image={"id": "urn:x:" + "A" * 10**6, "type": "Image"}))
    ),
    "a badge in a JWS, of a mebibyte": Costly(
        lambda: EVIL.sign_jws(
            replace(issued_by(EVIL), "credentialSubject.achievement.tag", ["t"] * 180_000)
        )
    ),
    "many contexts": Costly(lambda: _chain(_with_contexts(*CONTEXTS[:1] * 64), links=1)),
    "many inline contexts": Costly(
        lambda: _chain(
            _with_contexts(
                CONTEXTS[0],
                *({f"t{one}": f"https://x.example/{one}"} for one in range(60)),
            )
        )
    ),
    "a chain of proofs": Costly(lambda: _chain(_alike())),
    "a derived proof of many statements": Costly(lambda: _disclosed(380)),
    "a hundred badges of many statements": Costly(
        lambda: _chain(_wide(5), links=1), judge=_a_hundred, verifications=10
    ),
    "four status lists of eight mebibytes": Costly(
        lambda: _with_status(4), lambda: _lists(4, _list_of(8))
    ),
    "a status list of a quarter of a gibibyte": Costly(
        lambda: _with_status(1), lambda: _lists(1, _list_of(256))
    ),
    "a status of eight bits and its words": Costly(
        _with_sized_status, lambda: _lists(1, _sized_list)
    ),
    "four status lists that are costly to prove": Costly(
        lambda: _with_status(4), lambda: _lists(4, lambda _: _chain(_wide(350)))
    ),
    "a revocation list of many": Costly(
        _with_revocation_list, _revocation_list(*[{"id": "a"}] * 80_000)
    ),
    "a revocation list of a long one": Costly(
        _with_revocation_list, _revocation_list("%41" * 300_000)
    ),
    "a key set of as many keys as there may be": Costly(_by_key_set, _key_set),
    "registries of many issuers": Costly(
        lambda: EVIL.sign(issued_by(EVIL)), _registries, _asking_registries
    ),
    "a schema of patterns": Costly(
        _with_schema,
        _schema(patternProperties={f"(a{{1,9}}){{1,9}}{one}": {} for one in range(200)}),
    ),
    "a schema of many parts": Costly(
        _with_schema, _schema(**{"$defs": {str(one): {"type": "object"} for one in range(4_000)}})
    ),
    "a bundle of long documents": Costly(
        lambda: _bundle(b"{" + b" " * 4_000_000 + b"}", documents=6), judge=_as_bundle
    ),
    "more long documents than a bundle holds": Costly(
        _with_lists_of_many, lambda: _long_lists(32), judge=_kept
    ),
    "as many long documents as a bundle holds": Costly(
        _with_lists_of_many, lambda: _long_lists(11), judge=_kept
    ),
    "a bundle of one long text": Costly(
        lambda: b'{"a":"' + b"a" * 15 * _MIB + b'"}', judge=_as_bundle
    ),
    "twenty costly endorsements": Costly(lambda: _endorsed(_chain(_alike()))),
    "twenty endorsements with many contexts": Costly(
        lambda: _endorsed(_chain(_with_contexts(*CONTEXTS[:1] * 64)))
    ),
    "a presentation of derived badges": Costly(
        lambda: unsigned(*[_disclosed(380)] * 20), verifications=2
    ),
}
