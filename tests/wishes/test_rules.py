"""What a text may not hold, and the bounds of a place."""

from __future__ import annotations

import pytest

from backend.wishes.rules.terms import kinds, merged, terms_of
from backend.wishes.rules.texts import CONTACT, MONEY, names_somebody, text_fault


@pytest.mark.parametrize(
    "text",
    [
        "想要现金", "请转账给我", "转 帐", "发个红-包", "想借钱看病", "帮我还款", "还债用",
        "银 行 卡 号在下面", "微信收款码", "支付宝也行", "打点钱，打款", "给我钱就行", "想要钱",
        "没有生活费", "交学费", "捐款", "¥500", "￥500", "cash", "Money please", "ｃａｓｈ",
    ],
)  # fmt: skip
def test_money_is_found(text: str) -> None:
    assert text_fault(text) == MONEY


@pytest.mark.parametrize(
    "text",
    [
        "打我电话13800138000", "138 0013 8000", "138-0013-8000", "１３８００１３８０００",
        "一三八零零一三八零零零", "幺三八〇〇幺三八〇〇〇", "座机0917-3456789",
        "身份证610304196805170023", "61030319900101101X", "微信号在图里", "加微信聊", "加v",
        "我的vx", "微信:wangxiuying", "微信 wxy_1968", "QQ 是 abc12345", "加我", "a@b.cn",
        "https://x.cn", "www.x.cn", "138.0013.8000", "1 3 8 0 0 1 3 8 0 0 0", "我的身份证号",
    ],
)  # fmt: skip
def test_ways_to_reach_somebody_are_found(text: str) -> None:
    assert text_fault(text) == CONTACT


@pytest.mark.parametrize(
    "text",
    [
        "冬天冷，想要一床厚被子。", "想要一个钱包", "孩子想要37码的运动鞋", "想学会用微信和手机",
        "请来参加我的生日", "身高165，体重60公斤", "1.5米的床，2026年冬天用",
        "要一副老花镜，300度", "想要一台电饭锅，3升", "不值钱的旧书也行",
        "家里的门坏了，想修一修", "一二三年级的课外书", "想要一部收音机，能收FM的",
    ],
)  # fmt: skip
def test_what_people_really_wish_for_passes(text: str) -> None:
    assert text_fault(text) is None


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("王秀英想要被子", ["王秀英"], True),
        ("王 秀 英想要被子", ["王秀英"], True),
        ("秀英想要被子", ["王秀英"], True),
        ("买买提·阿卜杜想要轮椅", ["买买提•阿卜杜"], True),
        ("一位老人想要被子", ["王秀英", "李建国"], False),
        ("李子树下的老人", ["李"], False),
        ("想要被子", [], False),
    ],
)
def test_names_are_found_in_a_text(text: str, names: list[str], found: bool) -> None:
    assert names_somebody(text, names) is found


def test_the_kinds_are_a_fixed_list_of_things_and_services() -> None:
    codes = [kind.code for kind in kinds()]
    assert len(codes) == len(set(codes)) == 10
    assert all(kind.zh and kind.en and text_fault(kind.zh) is None for kind in kinds())


def test_the_shipped_bounds_are_whole() -> None:
    terms = terms_of("610304001001")
    assert (terms.claim_days, terms.confirm_days) == (15, 10)
    assert terms.cap_fen("clothing") == 50_000
    assert terms.cap_fen("aid") == 100_000
    assert set(terms.cap_yuan) <= {kind.code for kind in kinds()}


def test_the_nearest_region_wins_key_by_key() -> None:
    default = {
        "claim_days": 15, "confirm_days": 10, "open_per_person": 2, "open_per_account": 6,
        "live_claims": 3, "default_cap_yuan": 500, "cap_yuan": {"aid": 1000},
    }  # fmt: skip
    regions = {
        "6103": {"claim_days": 20, "cap_yuan": {"toy": 100}},
        "610304": {"claim_days": 30},
        "610302": {"claim_days": 1},
    }
    terms = merged({"default": default, "regions": regions}, "610304001001")
    assert (terms.claim_days, terms.confirm_days) == (30, 10)
    assert [terms.cap_fen(kind) for kind in ("aid", "toy", "food")] == [100_000, 10_000, 50_000]
    assert merged({"default": default}, "610304001001").claim_days == 15
