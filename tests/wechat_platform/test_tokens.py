"""stable_token as WeChat documents it."""

from __future__ import annotations

import pytest

from tests.factories.platform import APPID, SECRET, Platform

CODE = "/wxa/getwxacodeunlimit"


def errcode(platform: Platform, token: str) -> int:
    """What a call with this token says; 40169 is past the token: there is no scene."""
    return int(platform.call(CODE, {"page": "pages/home/index"}, token)["errcode"])


def test_a_token_stays_the_same_for_nearly_two_hours(platform: Platform) -> None:
    first = platform.token()
    assert first["expires_in"] == 7200
    platform.now += 6899
    again = platform.token()
    assert (again["access_token"], again["expires_in"]) == (first["access_token"], 301)


def test_in_its_last_five_minutes_a_token_is_replaced_and_both_are_good(
    platform: Platform,
) -> None:
    old = platform.token()["access_token"]
    platform.now += 6900
    new = platform.token()
    assert new["access_token"] != old
    assert new["expires_in"] == 7200
    assert errcode(platform, old) == errcode(platform, new["access_token"]) == 40169
    platform.now += 300
    assert errcode(platform, old) == 42001
    assert errcode(platform, new["access_token"]) == 40169


def test_a_forced_token_ends_the_one_before_at_once(platform: Platform) -> None:
    old = platform.token()["access_token"]
    new = platform.token(force=True)["access_token"]
    assert errcode(platform, old) == 40001
    assert errcode(platform, new) == 40169


def test_a_second_force_within_thirty_seconds_changes_nothing(platform: Platform) -> None:
    first = platform.token(force=True)["access_token"]
    platform.now += 29
    assert platform.token(force=True)["access_token"] == first
    platform.now += 1
    assert platform.token(force=True)["access_token"] != first


def test_the_twenty_first_force_of_a_day_is_refused(platform: Platform) -> None:
    for _ in range(20):
        platform.token(force=True)
        platform.now += 30
    assert platform.token(force=True)["errcode"] == 45009
    assert platform.token()["access_token"]
    platform.now += 86_400
    assert platform.token(force=True)["access_token"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"grant_type": "authorization_code"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wxother"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
        ({"secret": 7}, 41004),
        ({"force_refresh": "yes"}, 47001),
    ],
)
def test_only_the_owner_gets_a_token(
    platform: Platform, change: dict[str, object], code: int
) -> None:
    body = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET, **change}
    assert platform.post("/cgi-bin/stable_token", body)["errcode"] == code


@pytest.mark.parametrize(("token", "code"), [("", 41001), ("never-given", 40001)])
def test_a_call_needs_a_token_that_was_given(platform: Platform, token: str, code: int) -> None:
    assert errcode(platform, token) == code
