"""SVG baking: bytes are only added where they must be, and hostile XML is refused unread."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbadges.baking import svg
from openbadges.errors import Code, ExplainedError, MalformedError

CREDENTIAL = '{"name": "a <b> & \\"c\\" ]]> é", "list": [["x"]]}'
JWS = "eyJhbGciOiJFZERTQSJ9.eyJpZCI6InVybjp1dWlkOjEifQ.c2lnbmF0dXJl"
NS = 'xmlns="http://www.w3.org/2000/svg"'
OB3 = 'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
OB2 = 'xmlns:openbadges="http://openbadges.org"'


def picture(inside: str = "<circle r='4'/>", attributes: str = NS, before: str = "") -> bytes:
    return f"{before}<svg {attributes}>{inside}</svg>".encode()


def with_badge(badge: str, attributes: str = f"{NS} {OB3}") -> bytes:
    return picture(f"{badge}<g/>", attributes)


def refusal(damaged: bytes) -> Code:
    with pytest.raises(ExplainedError) as caught:
        svg.unbake(damaged)
    return caught.value.code


def test_a_compact_jws_goes_into_the_attribute_directly_after_the_opening_tag() -> None:
    baked = svg.bake(picture(), JWS)
    assert baked == picture(
        f'<openbadges:credential verify="{JWS}"></openbadges:credential>' + "<circle r='4'/>",
        f"{NS} {OB3}",
    )
    assert svg.unbake(baked) == JWS


def test_json_goes_into_the_body_as_cdata_which_its_own_end_mark_does_not_break() -> None:
    baked = svg.bake(picture(), CREDENTIAL)
    assert f"{OB3}><openbadges:credential><![CDATA[".encode() in baked
    assert svg.unbake(baked) == CREDENTIAL


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("", id="nothing"),
        pytest.param("\ufeff<?xml version='1.0' encoding='utf-8'?>\r\n", id="BOM and declaration"),
        pytest.param("<!-- <svg a='>'> é -->\n", id="a comment that looks like the root"),
    ],
)
@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param(NS, id="plain"),
        pytest.param(f"{NS}\n  data-note=\"a > b ' xmlns:openbadges='x'\"  ", id="a tricky value"),
        pytest.param(f"{NS} {OB3}", id="the namespace already there"),
    ],
)
def test_every_byte_that_is_not_the_badge_stays(before: str, attributes: str) -> None:
    original = picture("\n<g><!-- ]]> --><text>é&amp;</text></g>\t", attributes, before)
    baked = svg.bake(original, JWS)
    element = f'<openbadges:credential verify="{JWS}"></openbadges:credential>'.encode()
    without = baked.replace(element, b"")
    assert svg.unbake(baked) == JWS
    assert without in {original, original.replace(NS.encode(), f"{NS} {OB3}".encode())} or (
        without.replace(f" {OB3}".encode(), b"") == original
    )


@pytest.mark.parametrize(
    ("badges", "attributes"),
    [
        pytest.param('<openbadges:credential verify="x"/>', f"{NS} {OB3}", id="an empty tag"),
        pytest.param(
            "<openbadges:credential><![CDATA[{}</x>]]></openbadges:credential >",
            f"{NS} {OB3}",
            id="a body",
        ),
        pytest.param(
            '<b:credential xmlns:b="https://purl.imsglobal.org/ob/v3p0">{}<i/></b:credential>'
            '<openbadges:credential verify="y"/>',
            f"{NS} {OB3}",
            id="two, one with another prefix",
        ),
        pytest.param('<openbadges:assertion verify="x"/>', f"{NS} {OB2}", id="Open Badges 2"),
    ],
)
def test_baking_again_replaces_every_earlier_badge(badges: str, attributes: str) -> None:
    again = svg.bake(picture(f"{badges}<g/><!-- kept -->{badges}", attributes), JWS)
    assert again == svg.bake(picture("<g/><!-- kept -->", f"{NS} {OB3}"), JWS)


def test_a_body_in_several_pieces_is_one_text() -> None:
    body = (
        '<openbadges:credential> <![CDATA[{"a":]]>&quot;b<![CDATA["}]]>\n</openbadges:credential>'
    )
    assert svg.unbake(with_badge(body)) == '{"a":"b"}'


@pytest.mark.parametrize(
    ("damaged", "code"),
    [
        pytest.param(picture(), Code.NO_CREDENTIAL, id="no badge"),
        pytest.param(
            with_badge("<openbadges:credential> </openbadges:credential>"),
            Code.NO_CREDENTIAL,
            id="an empty badge",
        ),
        pytest.param(
            with_badge("<openbadges:assertion/>", f"{NS} {OB2}"),
            Code.OPEN_BADGES_2,
            id="Open Badges 2",
        ),
        pytest.param(
            with_badge('<openbadges:credential verify="a"/>' * 2), Code.AMBIGUOUS, id="two badges"
        ),
        pytest.param(
            with_badge('<openbadges:credential verify="a">{}</openbadges:credential>'),
            Code.AMBIGUOUS,
            id="attribute and body",
        ),
        pytest.param(
            with_badge('<g><openbadges:credential verify="a"/></g>'), Code.AMBIGUOUS, id="nested"
        ),
        pytest.param(
            with_badge("<openbadges:credential>{}<g/></openbadges:credential>"),
            Code.AMBIGUOUS,
            id="an element inside",
        ),
        pytest.param(
            with_badge('<openbadges:credential verify="a"/><credential/>'),
            Code.AMBIGUOUS,
            id="a second one for readers without namespaces",
        ),
        pytest.param(
            with_badge("<o:credential xmlns:o='https://example.org/' verify='a'/>"),
            Code.AMBIGUOUS,
            id="a wrong namespace",
        ),
        pytest.param(
            with_badge(
                '<openbadges:credential verify="a"/><o:assertion xmlns:o="http://openbadges.org"/>'
            ),
            Code.AMBIGUOUS,
            id="Open Badges 3 and 2",
        ),
        pytest.param(
            with_badge(f"<openbadges:credential>{'x' * (2**20 + 1)}</openbadges:credential>"),
            Code.TOO_LARGE,
            id="1 MiB",
        ),
        pytest.param(picture(" " * 4 * 2**20), Code.TOO_LARGE, id="4 MiB"),
        pytest.param(picture("<g/>" * 20_001), Code.TOO_LARGE, id="too many elements"),
        pytest.param(picture("<g>" * 200_000), Code.TOO_DEEP, id="too deep"),
        pytest.param(
            picture(before='<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
            Code.DTD_FORBIDDEN,
            id="an external entity",
        ),
        pytest.param(
            picture(before='<!DOCTYPE svg SYSTEM "https://evil.example/x.dtd">'),
            Code.DTD_FORBIDDEN,
            id="an external document type",
        ),
        pytest.param(
            picture(before='<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'),
            Code.DTD_FORBIDDEN,
            id="billion laughs",
        ),
        pytest.param(
            picture(before='<!DOCTYPE s [<!ENTITY % p SYSTEM "https://evil.example/">%p;]>'),
            Code.DTD_FORBIDDEN,
            id="a parameter entity",
        ),
        pytest.param(
            picture(before='<?xml-stylesheet href="https://evil.example/x.css"?>'),
            Code.MALFORMED,
            id="a style sheet",
        ),
        pytest.param(picture("<?php evil() ?>"), Code.MALFORMED, id="a processing instruction"),
        pytest.param(
            picture('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///x"/>'),
            Code.MALFORMED,
            id="an inclusion",
        ),
        pytest.param(b"\x1f\x8b\x08" + picture(), Code.MALFORMED, id="SVGZ"),
        pytest.param(picture("é").decode().encode("latin-1"), Code.MALFORMED, id="Latin-1"),
        pytest.param(picture().decode().encode("utf-16"), Code.MALFORMED, id="UTF-16"),
        pytest.param(
            picture(before="<?xml version='1.0' encoding='utf-7'?>"), Code.MALFORMED, id="UTF-7"
        ),
        pytest.param(picture("&unknown;"), Code.MALFORMED, id="an undeclared entity"),
        pytest.param(picture("</g>"), Code.MALFORMED, id="not well formed"),
        pytest.param(picture() + picture(), Code.MALFORMED, id="two pictures"),
        pytest.param(b"<html/>", Code.MALFORMED, id="another root"),
        pytest.param(picture(attributes=""), Code.MALFORMED, id="a root without SVG's namespace"),
        pytest.param(b"", Code.MALFORMED, id="nothing"),
    ],
)
def test_what_is_not_one_sound_picture_with_one_credential_is_refused(
    damaged: bytes, code: Code
) -> None:
    assert refusal(damaged) is code


@pytest.mark.parametrize(
    "credential", ["", "[]", "a.b", "a..b", "https://example.org/1", '{"a":"\x00"}', "{" * 2**21]
)
def test_a_text_that_is_no_credential_is_not_baked(credential: str) -> None:
    with pytest.raises(MalformedError):
        svg.bake(picture(), credential)


def test_a_character_that_xml_cannot_hold_is_not_baked() -> None:
    with pytest.raises(MalformedError, match="XML"):
        svg.bake(picture(), '{"a":"\uffff"}')


def test_an_empty_picture_is_not_baked() -> None:
    with pytest.raises(MalformedError, match="empty"):
        svg.bake(f"<svg {NS}/>".encode(), JWS)


def test_a_foreign_credential_element_is_not_taken_out_but_refused() -> None:
    with pytest.raises(MalformedError) as caught:
        svg.bake(picture("<credential/>"), JWS)
    assert caught.value.code is Code.AMBIGUOUS


def test_tags_written_in_odd_ways_are_found() -> None:
    odd = "<s:svg\txmlns:s = 'http://www.w3.org/2000/svg' \n a=\"/>\"\r><g a='>'/></s:svg\n>"
    assert svg.unbake(svg.bake(odd.encode(), JWS)) == JWS


def test_a_picture_that_the_credential_makes_too_large_is_not_baked() -> None:
    with pytest.raises(MalformedError) as caught:
        svg.bake(picture(" " * (4 * 2**20 - len(picture("")))), JWS)
    assert caught.value.code is Code.TOO_LARGE


@given(st.data())
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    damaged = bytearray(svg.bake(picture(), CREDENTIAL))
    position = data.draw(st.integers(0, len(damaged) - 1))
    damaged[position] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        assert svg.unbake(bytes(damaged))
    with contextlib.suppress(MalformedError):
        assert svg.unbake(svg.bake(bytes(damaged), JWS)) == JWS
