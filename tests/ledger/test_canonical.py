"""The bytes of a record: those of RFC 8785, by another's implementation, and by the auditor's own file."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger import verify
from ledger.canonical import LARGEST, canonical

TEXT = st.text(st.characters(exclude_categories=("Cs",)))  # a lone surrogate is no text
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, VALUES, max_size=6))
def test_they_are_the_standards_and_the_auditors(fields: dict[str, Any]) -> None:
    assert canonical(fields) == rfc8785.dumps(fields) == verify.canonical(fields)


def test_names_stand_in_the_order_of_their_utf_16() -> None:
    # U+1F600 is written with surrogates (D83D …), which come before U+FB33: not the order of their numbers.
    fields = {"\ufb33": 1, "\U0001f600": 2, "a": 3}
    assert canonical(fields) == rfc8785.dumps(fields) == '{"a":3,"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    "value", [0.5, float("nan"), LARGEST + 1, -LARGEST - 1, {"deep": [1.0]}, b"bytes", {1}, "\ud800"]
)
def test_what_json_cannot_say_exactly_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical({"value": value})
