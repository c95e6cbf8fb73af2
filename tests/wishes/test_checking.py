"""WeChat's word on a wish's text stands beside it at the desk, and decides nothing."""

from __future__ import annotations

from typing import Any

import pytest

from backend.wishes.ports import Verdict
from tests.factories.wishes import OLD_WOMAN, TEXT, Street, named, ok


def at_desk(street: Street, wish: dict[str, Any]) -> Any:
    found = ok(street.desk.get("/staff/wishes"))["items"]
    return next(item["textCheck"] for item in found if item["id"] == wish["id"])


@pytest.mark.parametrize("said", [*Verdict, None], ids=str)
def test_the_desk_sees_what_was_said_and_the_wish_is_posted_anyway(
    street: Street, said: Verdict | None
) -> None:
    texts: Any = street.town.house.outside.texts
    texts.said = said
    wish = street.posted()
    assert wish["state"] == "submitted"
    assert at_desk(street, wish) == (None if said is None else str(said))
    assert [text for _, text in texts.asked] == [TEXT]
    assert texts.asked[0][0].startswith("openid-")


def test_a_mended_text_is_looked_at_again(street: Street) -> None:
    texts: Any = street.town.house.outside.texts
    texts.said = Verdict.RISKY
    wish = street.posted()
    texts.said = None
    path = f"/wishes/{wish['id']}"
    mended = ok(street.owner.patch(path, {"text": "一床被子。"}, version=wish["version"]))
    assert at_desk(street, wish) is None
    texts.said = Verdict.RISKY
    ok(street.owner.patch(path, {"valueFen": 5_000}, version=mended["version"]))
    assert at_desk(street, wish) is None, "another field's change asks nobody"
    assert len(texts.asked) == 2


def test_what_a_desk_writes_is_not_sent_out(street: Street) -> None:
    texts: Any = street.town.house.outside.texts
    street.posted(street.desk, beneficiary=named(OLD_WOMAN))
    assert texts.asked == []
