"""Settings, clocks, moves and permission tables: small things that everything stands on."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import pytest

from backend.core import legal_offset
from backend.core.access import ANONYMOUS, Actor, Permission, Role, require
from backend.core.clocks import SHANGHAI, FixedClock, LegalClock, WallClock
from backend.core.errors import AccessRefused, HiddenRefused
from backend.core.messages import waiting
from backend.core.settings import Settings, SettingsError
from backend.core.transitions import IllegalMove, Move, legal_moves, next_state

# --- settings


def test_an_empty_environment_is_a_production_on_this_machine_only(tmp_path):
    found = Settings.from_env({"ZHANGBAN_HOME": str(tmp_path)})
    assert (found.demo, found.host, found.port) == (False, "127.0.0.1", 8000)
    assert found.database_url == f"sqlite:///{tmp_path}/zhangban.db"
    assert found.backoffice_embedded
    assert found.liveness == "pose"


@pytest.mark.parametrize("port", ["x", "-1", "65536", "80.0", "８０", "9" * 5000, " 80"])
def test_a_port_that_is_none_is_refused_by_name(port):
    with pytest.raises(SettingsError, match="PORT"):
        Settings.from_env({"PORT": port})


def test_a_lease_of_nothing_would_send_nothing():
    with pytest.raises(SettingsError, match="LEASE_SECONDS"):
        Settings.from_env({"ZHANGBAN_LEASE_SECONDS": "0"})


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ("", None),
        ("AbC_-1234567", ("AbC_-1234567", "thing1", "time2")),
        ("AbC_-1234567:thing7,date3", ("AbC_-1234567", "thing7", "date3")),
    ],
)
def test_a_message_template_is_an_id_and_two_keywords(given, parts):
    found = Settings.from_env({"ZHANGBAN_WECHAT_TEMPLATE": given}).wechat_template
    assert (found and (found.id, found.text_key, found.time_key)) == parts


@pytest.mark.parametrize(
    "given", ["short", "AbC_-1234567:thing1", "AbC_-1234567:time2,thing1", "a b"]
)
def test_another_message_template_is_refused(given):
    with pytest.raises(SettingsError, match="ID:thing1,time2"):
        Settings.from_env({"ZHANGBAN_WECHAT_TEMPLATE": given})


def test_signing_codes_are_of_two_kinds():
    assert not Settings.from_env({}).mini_codes
    assert Settings.from_env({"ZHANGBAN_SIGNING_CODES": "wechat"}).mini_codes
    with pytest.raises(SettingsError, match="link or wechat"):
        Settings.from_env({"ZHANGBAN_SIGNING_CODES": "both"})


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "zhangban.example"])  # noqa: S104
def test_demo_mode_never_listens_to_others(host):
    with pytest.raises(SettingsError, match="Demo"):
        Settings.from_env({"ZHANGBAN_DEMO": "1", "ZHANGBAN_HOST": host})


def test_secrets_do_not_show_when_settings_are_printed():
    shown = repr(
        Settings.from_env(
            {
                "ZHANGBAN_WECHAT_SECRET": "hush-1",
                "ZHANGBAN_DATABASE_URL": "postgresql+psycopg://u:hush-2@db/zb",
            }
        )
    )
    assert "hush" not in shown


def test_links_are_built_from_the_public_url_without_a_stray_slash():
    found = Settings.from_env({"ZHANGBAN_PUBLIC_URL": "https://zb.example/", "PORT": ""})
    assert found.public_url == "https://zb.example"


# --- clocks


def test_the_legal_day_is_the_day_in_china():
    late = FixedClock(datetime(2026, 3, 1, 16, 30, tzinfo=UTC))
    assert LegalClock(late).today() == date(2026, 3, 2)
    assert LegalClock(late, 8).today() == date(2026, 3, 10)
    assert LegalClock(late).now().tzinfo is SHANGHAI
    assert WallClock().now().utcoffset() == timedelta(0)


def test_moving_legal_time_adds_up_and_leaves_the_wall_alone(units, clock):
    with units.write() as work:
        assert legal_offset.move(work.session, 8) == 8
    with units.write() as work:
        assert legal_offset.move(work.session, 2) == 10
    with units.read() as work:
        assert work.legal.today() == date(2026, 3, 12)
        assert work.wall.now() == clock.at


# --- moves


class Lamp(StrEnum):
    OFF = "off"
    ON = "on"
    BROKEN = "broken"


MOVES = {
    "switch_on": Move(to=Lamp.ON, frm=frozenset({Lamp.OFF})),
    "break": Move(to=Lamp.BROKEN, frm=frozenset({Lamp.OFF, Lamp.ON})),
}


def test_moves_lead_where_the_table_says_and_nowhere_else():
    assert next_state(MOVES, Lamp.OFF, "switch_on") is Lamp.ON
    assert legal_moves(MOVES, Lamp.OFF) == ["switch_on", "break"]
    assert legal_moves(MOVES, Lamp.BROKEN) == []
    with pytest.raises(IllegalMove) as refused:
        next_state(MOVES, Lamp.BROKEN, "break")
    assert refused.value.params == {"action": "break", "state": "broken"}


# --- permissions


def is_even(actor, target):
    return target % 2 == 0


def is_small(actor, target):
    return target < 10


def is_township(actor, target):
    return actor.has(Role.TOWNSHIP)


READ = Permission("thing.read", [[is_even, is_small], [is_township]])
TOWNSHIP = Actor(roles=frozenset({Role.TOWNSHIP}), scope="610303005")
COUNTY = Actor(roles=frozenset({Role.COUNTY}), scope="610303")


def test_a_row_of_the_table_must_hold_whole():
    require(READ, ANONYMOUS, 4)
    require(READ, TOWNSHIP, 11)
    for target in (3, 12):
        with pytest.raises(HiddenRefused) as refused:
            require(READ, ANONYMOUS, target)
        assert refused.value.action == "thing.read"


def test_staff_are_told_that_they_may_not_and_an_empty_table_allows_nothing():
    with pytest.raises(AccessRefused):
        require(READ, COUNTY, 3)
    with pytest.raises(HiddenRefused):
        require(Permission("nothing", []), ANONYMOUS, 4)


def test_an_empty_row_in_a_permission_table_opens_nothing():
    with pytest.raises(HiddenRefused):
        require(Permission("slip", [[]]), ANONYMOUS, 4)


@pytest.mark.parametrize(
    ("scope", "covered"),
    [("610303005", True), ("610303", True), ("6103", True), ("610304", False), ("", False),
     (None, False)],
)  # fmt: skip
def test_scope_is_a_prefix_and_no_scope_covers_nothing(scope, covered):
    actor = Actor(roles=frozenset({Role.TOWNSHIP}), scope=scope)
    assert actor.covers("610303005201") is covered


# --- waiting


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 秒", "0 seconds"),
        (120, "120 秒", "120 seconds"),
        (121, "3 分钟", "3 minutes"),
        (7200, "120 分钟", "120 minutes"),
        (86_399, "24 小时", "24 hours"),
    ],
)
def test_a_time_to_wait_is_told_as_people_say_it(seconds, zh, en):
    assert waiting(seconds) == {"wait_zh": zh, "wait_en": en}
