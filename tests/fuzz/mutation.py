"""Inputs out of inputs: a few changes that chance chooses, the same for the same seed.

Bytes are changed anywhere; where the input is JSON its tree is changed too, and where it is text
in base64url parts the inside of one part.
"""

import base64
import binascii
import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

MAXIMUM_BYTES: Final = 5 * 1024 * 1024  # a little more than anything that is read
MAXIMUM_REPEATS: Final = 20_000
MOST_CHANGES: Final = 4

NUMBERS: Final = (0, 1, 2, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
WORDS: Final = (
    *(b"\0", b"\x1f", b"\x7f", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", "\u202e\u0660".encode()),
    *(b'"', b"\\", b"\\u0000", b"\\ud800", b"[", b"]", b"{", b"}", b",", b":", b"NaN", b"1e400"),
    *(b"null", b"true", b"-0", b"1.0", b"9007199254740993", b"=", b"+/", b".", b"..", b"%2F"),
    *(b"<", b">", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<!DOCTYPE x [", b"&#0;", b"&x;", b"'"),
    *(b"<script", b"</script>", b"<link rel=alternate ", b"xmlns:openbadges=", b"IEND", b"iTXt"),
    *(b"@context", b"@id", b"@type", b"@value", b"@graph", b"@included", b"$ref", b"#/$defs/"),
    *(b"https://", b"http://127.0.0.1/", b"did:web:", b"did:key:z", b"data:application/vc+jwt,ey"),
)
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1.5, 1e20, 1e300, 2**53 - 1, "", "0", "\u0660", "a" * 5000),
    *([], {}, [[]], [None], [{}], {"": None}, "urn:x", "https://a.example/", "@id", "#", "#/$defs"),
    *({"@id": "urn:x"}, {"@value": "x"}, {"$ref": "#"}, {"id": "urn:x"}, ["a", ["b"]], "9" * 19),
)
KEYS: Final = (
    *("@context", "@id", "id", "type", "@type", "@value", "proof", "issuer", "vc", "kty", "keys"),
    *("$ref", "allOf", "not", "items", "pattern", "d", "x", "validUntil", "credentialStatus"),
)

Change = Callable[[bytes, bytes, Random], bytes]


def mutate(data: bytes, other: bytes, random: Random) -> bytes:
    """Give `data` after one to four changes; `other` is another input, to take pieces from."""
    for _ in range(random.randint(1, MOST_CHANGES)):
        data = random.choice(_CHANGES)(data, other, random)[:MAXIMUM_BYTES]
    return data


def _flip(data: bytes, _: bytes, random: Random) -> bytes:
    place = _place(data, random)
    return (
        data[:place]
        + bytes(one ^ 1 << random.randrange(8) for one in data[place:][:1])
        + (data[place + 1 :])
    )


def _set(data: bytes, _: bytes, random: Random) -> bytes:
    place = _place(data, random)
    return data[:place] + random.randbytes(1) + data[place + 1 :]


def _cut(data: bytes, _: bytes, random: Random) -> bytes:
    start, end = _slice(data, random)
    return data[:start] + data[end:]


def _truncate(data: bytes, _: bytes, random: Random) -> bytes:
    return data[: _place(data, random)]


def _repeat(data: bytes, _: bytes, random: Random) -> bytes:
    """Say a piece again, often enough that what grows with the square is seen."""
    start, end = _slice(data, random)
    times = min(1 << random.randrange(15), MAXIMUM_REPEATS, MAXIMUM_BYTES // (end - start + 1))
    return data[:end] + data[start:end] * times + data[end:]


def _insert_word(data: bytes, _: bytes, random: Random) -> bytes:
    place = _place(data, random)
    return data[:place] + random.choice(WORDS) + data[place:]


def _insert_many(data: bytes, _: bytes, random: Random) -> bytes:
    place = _place(data, random)
    return data[:place] + random.choice(WORDS) * (1 << random.randrange(14)) + data[place:]


def _put_number(data: bytes, _: bytes, random: Random) -> bytes:
    """Write a length as formats write them: one, two or four bytes, either end first."""
    place, size = _place(data, random), random.choice((1, 2, 4))
    number = random.choice(NUMBERS) & (1 << 8 * size) - 1
    written = number.to_bytes(size, random.choice(("big", "little")))
    return data[:place] + written + data[place + size :]


def _splice(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _slice(other, random)
    place = _place(data, random)
    return data[:place] + other[start:end] + data[place + random.choice((0, end - start)) :]


def _change_tree(data: bytes, other: bytes, random: Random) -> bytes:
    """Change JSON as JSON; what is none is changed as bytes."""
    try:
        tree = json.loads(data)  # noqa: TID251 -- the fuzzer's own input, read as loosely as may be
    except (ValueError, RecursionError):
        return _insert_word(data, other, random)
    places = _places(tree)
    if not places:
        return json.dumps([tree]).encode()
    holder, name = random.choice(places)
    _change_place(holder, name, random, places)
    try:
        return json.dumps(tree).encode()
    except (ValueError, RecursionError):  # a tree that holds itself
        return data


def _change_place(holder: Any, name: Any, random: Random, places: list[tuple[Any, Any]]) -> None:  # noqa: ANN401 -- any JSON value
    """Replace, take away, wrap, swap or rename one value in its holder."""
    match random.randrange(6):
        case 0:
            holder[name] = random.choice(VALUES)
        case 1:
            del holder[name]
        case 2:
            for _ in range(2 ** random.randrange(6)):
                holder[name] = random.choice(([holder[name]], {"id": holder[name]}))
        case 3:
            there, key = random.choice(places)
            holder[name] = json.loads(json.dumps(there[key]))  # noqa: TID251 -- a copy
        case 4 if isinstance(holder, dict):
            holder[random.choice(KEYS)] = holder.pop(name)
        case 5 if isinstance(holder[name], list):
            holder[name] = holder[name] * 2 ** random.randrange(10)
        case _:
            if isinstance(holder, dict):
                holder[random.choice(KEYS)] = random.choice(VALUES)


def _change_part(data: bytes, other: bytes, random: Random) -> bytes:
    """Change what is inside one base64url part of a text, as in a JWS."""
    parts = data.split(b".")
    index = random.randrange(len(parts))
    try:
        inside = base64.b64decode(parts[index] + b"==", altchars=b"-_")
    except (binascii.Error, ValueError):
        return _set(data, other, random)
    inside = random.choice(_INSIDE)(inside, other, random)
    parts[index] = base64.b64encode(inside, altchars=b"-_").rstrip(b"=")
    return b".".join(parts)


def _places(tree: object) -> list[tuple[Any, Any]]:
    """List every value that stands in an object or an array, with its name there."""
    found: list[tuple[Any, Any]] = []
    waiting: list[object] = [tree]
    while waiting:
        value = waiting.pop()
        members: list[tuple[Any, object]] = []
        if isinstance(value, dict):
            members = list(value.items())
        elif isinstance(value, list):
            members = list(enumerate(value))
        for name, member in members:
            found.append((value, name))
            waiting.append(member)
    return found


def _place(data: bytes, random: Random) -> int:
    return random.randint(0, len(data))


def _slice(data: bytes, random: Random) -> tuple[int, int]:
    start = _place(data, random)
    return start, min(len(data), start + 2 ** random.randrange(12))


_INSIDE: Final[tuple[Change, ...]] = (_flip, _cut, _insert_word, _change_tree, _change_tree)
_CHANGES: Final[tuple[Change, ...]] = (
    *(_flip, _set, _cut, _truncate, _repeat, _insert_word, _insert_many, _put_number, _splice),
    *(_change_tree, _change_tree, _change_tree, _change_part),
)
