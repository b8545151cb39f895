"""Canonical N-Quads: terms and lines."""

import pytest

from openbadges.jsonld.nquads import Quad, iri, is_blank, literal


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param('a"b\\c', r"a\"b\\c", id="quotation mark and backslash"),
        pytest.param("\b\t\n\f\r", r"\b\t\n\f\r", id="short escapes"),
        pytest.param("\x00\x07\x0b\x0e\x1f\x7f", r"\u0000\u0007\u000B\u000E\u001F\u007F", id="C0"),
        pytest.param("\ufffe\uffff", r"\uFFFE\uFFFF", id="no characters of XML 1.1"),
        pytest.param("é\u0080\u2028\U0001f600", "é\u0080\u2028\U0001f600", id="all else as it is"),
    ],
)
def test_a_literal_is_escaped_as_rdfc_asks(text: str, written: str) -> None:
    assert literal(text) == f'"{written}"'


def test_a_literal_has_a_language_or_a_datatype() -> None:
    assert literal("x", language="en") == '"x"@en'
    assert literal("x", datatype="urn:d") == '"x"^^<urn:d>'
    assert literal("x", datatype="http://www.w3.org/2001/XMLSchema#string") == '"x"'


def test_a_line_names_its_graph_if_it_has_one() -> None:
    quad = Quad("_:s", iri("urn:p"), literal("o"))
    assert quad.line() == '_:s <urn:p> "o" .\n'
    assert quad._replace(graph="_:g").line() == '_:s <urn:p> "o" _:g .\n'


def test_only_blank_nodes_are_blank() -> None:
    assert is_blank("_:b0")
    assert not any(map(is_blank, (iri("_:b0"), literal("_:b0"), "")))
