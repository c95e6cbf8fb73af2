"""Identifiers: codes that people read out lose no single wrong sign, ids stand in order of time."""

from hypothesis import given
from hypothesis import strategies as st

from backend.core.ids import CODE_ALPHABET, new_code, new_id, new_token, normalise_code

SEEDS = st.integers(min_value=0, max_value=10**9)


def test_codes_come_back_however_they_are_typed():
    code = new_code()
    assert len(code) == 16
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')} "):
        assert normalise_code(typed) == code


def test_letters_that_look_like_digits_are_read_as_digits():
    code = next(c for c in iter(new_code, "") if "0" in c and "1" in c)
    for wrong_one in "IL":
        assert normalise_code(code.replace("0", "O").replace("1", wrong_one).lower()) == code


@given(st.data())
def test_any_single_wrong_sign_is_found(data):
    signs = new_code().replace("-", "")
    at = data.draw(st.integers(0, len(signs) - 1))
    other = data.draw(st.sampled_from([c for c in CODE_ALPHABET if c != signs[at]]))
    assert normalise_code(signs[:at] + other + signs[at + 1 :]) is None


def test_every_pair_of_swapped_neighbours_is_found():
    for _ in range(200):
        signs = new_code().replace("-", "")
        for at in range(len(signs) - 1):
            swapped = signs[:at] + signs[at + 1] + signs[at] + signs[at + 2 :]
            assert swapped == signs or normalise_code(swapped) is None


def test_the_first_and_the_last_sign_of_the_alphabet_are_told_apart():
    first, last = CODE_ALPHABET[0], CODE_ALPHABET[-1]
    for _ in range(200):
        signs = new_code().replace("-", "")
        for at, sign in enumerate(signs):
            if sign in (first, last):
                other = last if sign == first else first
                assert normalise_code(signs[:at] + other + signs[at + 1 :]) is None


@given(st.text(max_size=40))
def test_anything_else_is_no_code(typed):
    found = normalise_code(typed)
    assert found is None or normalise_code(found) == found


def test_ids_stand_in_order_of_time_and_tokens_fit_a_scene():
    ids = [new_id() for _ in range(100)]
    assert [i.version for i in ids] == [7] * 100
    assert ids == sorted(ids)
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {32}
