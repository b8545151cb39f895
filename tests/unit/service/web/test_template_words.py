"""Numbers that a stranger signed are written, however large they are."""

import pytest
from flask import Flask
from flask_babel import Babel

from service.web.template_words import number


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.5, "1.5"), (1200, "1,200"), (1e25, "1e+25"), (-1e300, "-1e+300"), (2**60, "1.15292e+18")],
)
def test_any_number_is_written(value: float, written: str) -> None:
    app = Flask("service")
    Babel(app)
    with app.test_request_context():
        assert number(value) == written
