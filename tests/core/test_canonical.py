"""The quick writer of canonical JSON against the one that defines it."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from backend.core.canonical import canonical

_WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
_LEAVES = (
    st.none()
    | st.booleans()
    | _WHOLE
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner)
)


@given(_VALUES)
def test_the_bytes_are_those_of_rfc8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [2**53, -(2**53), {"a": [2**60]}])
def test_a_number_that_is_not_exact_everywhere_is_refused(value: object) -> None:
    with pytest.raises(rfc8785.IntegerDomainError):
        canonical(value)


@pytest.mark.parametrize("value", ["\ud800", {"a": "x\udfff"}])
def test_half_a_character_is_refused(value: object) -> None:
    with pytest.raises((UnicodeEncodeError, rfc8785.CanonicalizationError)):
        canonical(value)
