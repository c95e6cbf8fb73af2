"""What the text of a wish may not hold: requests for money, and ways to reach somebody."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from backend.identity.rules import name_key

MONEY: Final = "wish_text_money"
CONTACT: Final = "wish_text_contact"
NAME: Final = "wish_text_name"

# Looked for in the text without blanks and signs, so that 红-包 and 转 账 are found too.
_MONEY_WORDS: Final = re.compile(
    "现金|现钱|现款|转[账帐钱]|[汇打收钱]款|打钱|红包|借钱|借款|借点钱|[还欠借贷捐]款|还[钱债贷]|欠[钱债]"
    "|银行卡|卡号|[账帐]号|收款码|付款码|支付宝|捐钱|给钱|给点钱|给我钱|要钱(?!包)|缺钱|零花钱"
    "|生活费|医药费|学费|资金|打赏|提现|cash|money|alipay|paypal"
)
_CONTACT_WORDS: Final = re.compile(
    "微信号|加微信|微信联系|(?<!参)加我|加v|vx|v信|薇信|wxid|weixin|wechat|qq号|加qq|扣扣|抖音号|快手号"
    "|手机号|电话号|打电话给|身份证号|门牌号|https?|www"
)
# As people write them out to get past a filter.
_DIGITS: Final = str.maketrans(
    "〇零一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖", "0011223456789123456789"
)
_FAMILY_AND_TWO: Final = 3
_DIGITS_IN_A_ROW: Final = re.compile(r"(?:\d[\W_]{0,2}){7,}")
_HANDLE: Final = re.compile(r"(?:微信|qq)[^\w]{0,3}(?:是|号|为)?[^\w]{0,3}[a-z0-9][a-z0-9_-]{4,}")


def text_fault(text: str) -> str | None:
    """The catalogue's code of what a public text may not hold, or None.

    Telephone and ID numbers are found as seven or more digits in a row, written in any digits and
    with signs in between.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(c for c in folded if unicodedata.category(c)[0] in "LN")
    if _MONEY_WORDS.search(letters) or "¥" in folded:
        return MONEY
    if _CONTACT_WORDS.search(letters) or "@" in folded:
        return CONTACT
    if _DIGITS_IN_A_ROW.search(folded.translate(_DIGITS)) or _HANDLE.search(folded):
        return CONTACT
    return None


def names_somebody(text: str, names: Iterable[str]) -> bool:
    """Whether the text holds one of these names in whatever spelling, or the given name of a
    name of three characters (秀英 of 王秀英).
    """
    key = name_key(text)
    wanted = [name_key(name) for name in names]
    wanted += [name[1:] for name in wanted if len(name) == _FAMILY_AND_TWO]
    return any(name in key for name in wanted if len(name) > 1)
