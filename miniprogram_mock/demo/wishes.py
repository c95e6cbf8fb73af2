"""A micro-wish (微心愿): posted, published without a name, taken up, delivered, confirmed."""

from __future__ import annotations

import secrets

from miniprogram_mock.client import Answer, Client, Phone
from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.play import Play, first
from miniprogram_mock.demo.story import expect, expect_problem, expect_that

WISHED, SHOWN = "冬天冷，想要一床厚被子。", "一位大姐想要一床厚被子过冬。"


def play_wish(play: Play, desk: Client, division: str) -> None:
    """From post to thanks, by the applicant, the township and a stranger who gives."""
    path = _post(play, division)
    _publish(play, desk, path)
    with Phone(play.server.url, play.server.wechat_url) as giver:
        _take_up(play, desk, giver, path)
        _hand_over(play, giver, path)


def _post(play: Play, division: str) -> str:
    play.story.step("发一个微心愿", "Post a micro-wish")
    body = {"kind": "clothing", "text": "想借点钱", "valueFen": 20_000, "division": division}
    money = expect_problem(lambda: play.phone.post("/wishes", body), 422, "invalid")
    expect("the field that is wrong", money.paths, ["/text"])
    play.story.result(money.body["errors"][0]["message"], "a wish is never money")
    wish = play.phone.post("/wishes", {**body, "text": WISHED})
    expect("state", wish["state"], "submitted")
    play.story.result("已交到镇上", "with the township")
    return f"/wishes/{wish['id']}"


def _publish(play: Play, desk: Client, path: str) -> None:
    play.story.step("镇上看过，公布时不写名字", "The township publishes it without the name")
    named = {"publicText": f"{play.people.applicant.name}想要被子"}
    publication = f"/staff{path}/publication"
    seen = desk.get(path)
    refused = expect_problem(
        lambda: desk.post(publication, named, if_match=seen), 422, "wish_text_name"
    )
    play.story.result(refused.body["title"], "a name in the text is refused")
    desk.post(publication, {"publicText": SHOWN}, if_match=seen)
    card = _card(play, path)
    expect_that("the wish hangs on the public board", card)
    expect("what the board shows", set(card or {}), {
        "id", "kind", "text", "valueFen", "division", "place", "publishedAt",
    })  # fmt: skip
    play.story.result(f"不登录也能看到：{SHOWN}", "everybody sees text and township, no name")


def _take_up(play: Play, desk: Client, giver: Phone, path: str) -> None:
    play.story.step("好心人认领", "Somebody takes it up")
    who = play.people.stranger
    play.tokens.append(giver.log_in(f"phone-{secrets.token_hex(6)}")["token"])
    me = giver.put("/me/identity", {"name": who.name, "idNumber": who.id_number})
    claim = f"{path}/claim"
    unproven = expect_problem(lambda: giver.post(claim), 403, "giver_not_proven")
    play.story.result(unproven.body["title"], "a giver has to be proven")
    seen = {"idNumber": who.id_number, "papersSeen": "身份证原件"}
    desk.post(f"/staff/accounts/{me['accountId']}/proof", seen)
    expect("the name before the claim", giver.get(path)["handover"], None)
    taken = giver.post(claim)
    expect("the name after the claim", taken["handover"]["name"], play.people.applicant.name)
    expect("the public board", _card(play, path), None)
    expect_problem(lambda: play.phone.post(claim), 409, "wish_own")
    until = taken["claim"]["until"]
    play.story.result(f"只有认领的人看到名字，{until} 前送到", "the name shows to the giver only")


def _hand_over(play: Play, giver: Phone, path: str) -> None:
    play.story.step("送到，两边确认，道谢", "Delivered, confirmed by both, thanked for")
    giver.post(f"{path}/delivery", {"note": "放在村委会了。"})
    photo = ("1.jpg", pictures.register_page(), "image/jpeg")
    form = {"caseId": path.rpartition("/")[2], "slot": "delivery_photo"}
    giver.post("/documents", form, files={"file": photo})
    expect("one side confirmed", _confirm(giver, path)["state"], "delivered")
    expect("both confirmed", _confirm(play.phone, path)["state"], "fulfilled")
    play.phone.post(f"{path}/feedback", {"text": "被子很暖和，谢谢您。"})
    after = giver.get(path)
    expect("the name afterwards", after["handover"], None)
    play.story.result(
        f"心愿实现：{after['claim']['thanks']}", "fulfilled; the giver reads the thanks"
    )


def _confirm(who: Client, path: str) -> Answer:
    return who.post(f"{path}/confirmation", {"received": True})


def _card(play: Play, path: str) -> dict[str, object] | None:
    wish_id = path.rpartition("/")[2]
    with play.client() as nobody:
        return first(nobody, "/wishes", lambda one: bool(one["id"] == wish_id), division="610303")
