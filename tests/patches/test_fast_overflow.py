"""A range that wraps: zero pages before v6.5, an error since."""

import pytest

from tests.labs import run, started

LINE = "gup pin_user_pages_fast 0xfffffffffffff000 2"


@pytest.mark.parametrize(("kernel", "error"), [("v6.4", ""), ("v6.5", "-EOVERFLOW")])
def test_a_range_that_wraps_is_an_error_since_the_patch(kernel: str, error: str) -> None:
    result = run(started(kernel=kernel), LINE)
    assert (result.error, result.pages) == (error, ())
