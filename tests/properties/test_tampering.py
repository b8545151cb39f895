"""Whatever is changed after signing is never VERIFIED, and nothing presented makes `verify` raise.

A change after which the JSON is the same JSON is none. What costs a canonicalization is sampled;
all bits of a signature are flipped in `tests/unit/openbadges/data_integrity/test_proof.py`.
"""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from openbadges.baking import png, svg
from openbadges.errors import Code, ExplainedError, MalformedError
from openbadges.jose import sign_compact_jws
from openbadges.strict import Document, decode_base64url, encode_base64url, parse_json
from tests.credentials import STATUS_LIST, replace, valid_credential
from tests.rewriting import rich_badge
from tests.world import (
    BADGES,
    NOW,
    address_of,
    as_bytes,
    assert_verified,
    honest_internet,
    status_list_document,
)
from verifier import Check, Finding, Outcome, Policy, Verdict
from verifier.policy import DEFAULT_POLICY, REQUIRED
from verifier.report import Form

pytestmark = pytest.mark.thorough

INTERNET = honest_internet()
BADGE = valid_credential()
SIGNED = BADGES.sign(BADGE)
TEXT = as_bytes(SIGNED)
TOKEN = BADGES.sign_jws(BADGE).encode()

few = settings(max_examples=60, deadline=None, derandomize=True)
more = settings(max_examples=250, deadline=None, derandomize=True)


def verdict(presented: Document | bytes) -> Verdict:
    return INTERNET.verify(presented).verdict


def test_the_untouched_forms_are_verified() -> None:
    assert_verified(INTERNET.verify(SIGNED))
    assert_verified(INTERNET.verify(TOKEN))


def leaves(value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 -- any JSON value
    """Walk the paths of everything that is neither object nor array."""
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    else:
        yield path
    for key, member in members:
        yield from leaves(member, f"{path}.{key}" if path else str(key))


def at(document: Document, path: str) -> Any:  # noqa: ANN401 -- any JSON value
    value: Any = document
    for step in path.split("."):
        value = value[int(step) if step.isdigit() else step]
    return value


def another(value: object) -> object:
    """Give a value of the same type that is not this one."""
    if isinstance(value, bool):
        return not value
    return value + "x" if isinstance(value, str) else value + 1  # type: ignore[operator]


@pytest.mark.parametrize("path", list(leaves(SIGNED)))
def test_no_value_can_be_changed(path: str) -> None:
    changed = replace(SIGNED, path, another(at(SIGNED, path)))
    assert verdict(changed) is not Verdict.VERIFIED


@pytest.mark.parametrize("member", [name for name in SIGNED if name != "proof"])
def test_no_member_can_be_left_out(member: str) -> None:
    less = {name: value for name, value in SIGNED.items() if name != member}
    assert verdict(less) is not Verdict.VERIFIED


def same_json(one: bytes, other: bytes) -> bool:
    try:
        return bool(parse_json(one) == parse_json(other))
    except MalformedError:
        return False


@given(position=st.integers(0, len(TEXT) - 1), byte=st.integers(0, 255))
@settings(few, max_examples=150)
def test_no_byte_of_the_json_can_be_changed(position: int, byte: int) -> None:
    changed = TEXT[:position] + bytes([byte]) + TEXT[position + 1 :]
    if not same_json(changed, TEXT):
        assert verdict(changed) is not Verdict.VERIFIED


@given(position=st.integers(0, len(TEXT) - 1), length=st.integers(1, 40))
@few
def test_no_part_of_the_json_can_be_left_out(position: int, length: int) -> None:
    changed = TEXT[:position] + TEXT[position + length :]
    if not same_json(changed, TEXT):
        assert verdict(changed) is not Verdict.VERIFIED


@given(position=st.integers(0, len(TOKEN) - 1), byte=st.integers(0, 127))
@settings(more, max_examples=400)
def test_no_character_of_the_jws_can_be_changed(position: int, byte: int) -> None:
    changed = TOKEN[:position] + bytes([byte]) + TOKEN[position + 1 :]
    if changed != TOKEN:
        assert verdict(changed) is not Verdict.VERIFIED


BITS = range(0, len(SIGNED["proof"]["proofValue"]) - 1, 8)


@pytest.mark.parametrize("position", BITS)
def test_no_character_of_the_proof_value_can_be_changed(position: int) -> None:
    value: str = SIGNED["proof"]["proofValue"][1:]
    digit = "2" if value[position] != "2" else "3"
    changed = f"z{value[:position]}{digit}{value[position + 1 :]}"
    assert verdict(replace(SIGNED, "proof.proofValue", changed)) is Verdict.REJECTED


# A37: what is VERIFIED has passed everything that is required.

OUTCOMES = st.sampled_from(list(Outcome))
FINDINGS = st.lists(
    st.builds(
        Finding,
        check=st.sampled_from(list(Check)),
        outcome=OUTCOMES,
        code=st.just(Code.OK),
        sentence=st.just(""),
    ),
    max_size=14,
)


@given(findings=FINDINGS, required=st.sets(st.sampled_from(list(Check)), min_size=1))
@settings(more, max_examples=200)
def test_verified_means_that_each_required_check_passed(
    findings: list[Finding], required: set[Check]
) -> None:
    if Policy(frozenset(required)).verdict(findings) is Verdict.VERIFIED:
        counted = required | {Check.RECIPIENT, Check.ISSUANCE_LOG}
        assert required <= {finding.check for finding in findings}
        assert all(
            finding.outcome is Outcome.PASSED for finding in findings if finding.check in counted
        )


def test_each_single_finding_decides() -> None:
    passed = {check: Finding.passed(check, "") for check in REQUIRED}
    assert DEFAULT_POLICY.verdict([*passed.values()]) is Verdict.VERIFIED
    for check, outcome in product(REQUIRED, (Outcome.FAILED, Outcome.UNKNOWN)):
        one = Finding(check, outcome, Code.OK, "")
        found = [*(passed | {check: one}).values()]
        expected = Verdict.REJECTED if outcome is Outcome.FAILED else Verdict.INCONCLUSIVE
        assert DEFAULT_POLICY.verdict(found) is expected
        # and also where the same check passed for something else
        assert DEFAULT_POLICY.verdict([*passed.values(), one]) is expected
        assert DEFAULT_POLICY.verdict([one, *passed.values()]) is expected


# Nothing presented raises: a report comes of everything.

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
# What other software puts in such places, and what JSON-LD reads as something else.
ODD: list[Any] = [
    *(None, True, 0, -1, 1.5, "", "x", "urn:x", "_:b", "@id", [], {}, [[]], [{}], {"": ""}),
    *({"id": None}, {"id": []}, {"type": []}, {"type": {}}, {"@value": 1}, {"@list": []}),
    *({"@context": None}, {"@included": []}, {"@reverse": {}}, {"@graph": []}, {"@set": [None]}),
    *({"type": "IdentityObject", "hashed": False, "identityHash": "x", "identityType": []},),
    *({"type": "BitstringStatusListEntry"}, [{"id": {}}], "2026-13-01T00:00:00Z", "a" * 5000),
]


@given(presented=st.binary(max_size=300))
@example(b"")
@example(b"{")
@example(b"\x89PNG\r\n\x1a\n")
@example(b"<svg/>")
@example(b"ey..")
@example(b"[" * 100_000)
@example(b"\xef\xbb\xbf\xef\xbb\xbf{}")
@more
def test_random_bytes_are_rejected(presented: bytes) -> None:
    assert verdict(presented) is Verdict.REJECTED


@given(value=JSON)
@settings(more, max_examples=100)
def test_random_json_is_rejected(value: Any) -> None:  # noqa: ANN401 -- any JSON value
    assert verdict(json.dumps(value).encode()) is Verdict.REJECTED


def somewhere(document: Document) -> st.SearchStrategy[Document]:
    """Put something odd at a place of a document, or leave out what stands there."""
    return st.builds(
        replace, st.just(document), st.sampled_from(list(leaves(document))), st.sampled_from(ODD)
    )


RICH = rich_badge()


def odd(document: Document) -> st.SearchStrategy[Document]:
    """Put something odd at a place of a document, deep or at its top."""
    at_the_top = st.sampled_from(
        [*document, "@id", "@included", "@graph", "proof", "endorsementJwt"]
    )
    values = st.sampled_from(ODD)
    return somewhere(document) | st.builds(
        lambda key, value: document | {key: value}, at_the_top, values
    )


@given(badge=odd(RICH), as_jws=st.booleans())
@settings(few, max_examples=80)
def test_an_odd_badge_makes_a_report(badge: Document, *, as_jws: bool) -> None:
    if as_jws:
        presented: Document | str = sign_compact_jws(json.dumps(badge).encode(), BADGES.signer)
    else:
        presented = badge | {"proof": proof_over(badge)}
    report = INTERNET.verify(presented, recipient="a@example.com")
    assert report.findings
    assert json.dumps(report.as_json())


def proof_over(document: Document) -> Document:
    """Sign what can be signed, so that what comes after the proof is reached."""
    try:
        return BADGES.proof(document)
    except ExplainedError:
        proof: Document = SIGNED["proof"]
        return proof


@given(answer=odd(status_list_document()))
@few
def test_an_odd_status_list_makes_a_report(answer: Document) -> None:
    internet = honest_internet()
    internet.publish(STATUS_LIST, answer | {"proof": proof_over(answer)})
    assert internet.verify(SIGNED).findings


@given(answer=odd(BADGES.document()))
@few
def test_an_odd_controller_document_makes_a_report(answer: Document) -> None:
    internet = honest_internet()
    internet.publish(address_of(BADGES), answer)
    assert internet.verify(SIGNED).findings


@given(header=odd(parse_json(decode_base64url(TOKEN.decode().partition(".")[0]))))
@few
def test_an_odd_header_makes_a_report(header: Document) -> None:
    _, _, rest = TOKEN.decode().partition(".")
    token = f"{encode_base64url(json.dumps(header).encode())}.{rest}"
    assert INTERNET.verify(token).verdict is not Verdict.VERIFIED


def blank_png() -> bytes:
    drawn = io.BytesIO()
    Image.new("L", (1, 1)).save(drawn, "PNG")
    return drawn.getvalue()


PICTURES = {
    "png": png.bake(blank_png(), TEXT.decode()),
    "svg": svg.bake(b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>', TEXT.decode()),
}


@pytest.mark.parametrize("form", sorted(PICTURES))
def test_the_untouched_picture_is_verified(form: str) -> None:
    report = INTERNET.verify(PICTURES[form])
    assert_verified(report)
    assert report.form is Form(form)


@pytest.mark.parametrize("form", sorted(PICTURES))
@given(data=st.data())
@settings(few, max_examples=100)
def test_a_damaged_picture_makes_a_report(form: str, data: st.DataObject) -> None:
    picture = PICTURES[form]
    position = data.draw(st.integers(0, len(picture) - 1))
    damage = data.draw(st.binary(max_size=4))
    length = data.draw(st.integers(0, 40))
    damaged = picture[:position] + damage + picture[position + length :]
    report = INTERNET.verify(damaged)
    # A picture may lose a part of itself; what it holds may not.
    assert report.verdict is not Verdict.VERIFIED or report.credential["id"] == BADGE["id"]


def test_time_alone_changes_what_was_verified() -> None:
    after = INTERNET.verify(SIGNED, now=NOW + timedelta(days=3 * 366))
    assert after.verdict is Verdict.REJECTED
