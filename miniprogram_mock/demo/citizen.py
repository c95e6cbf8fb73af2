"""The citizen's part: log in, see what one would get, fill in, photograph, hand in."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from miniprogram_mock.client import Phone, new_key
from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.people import with_wrong_check_character
from miniprogram_mock.demo.play import Play
from miniprogram_mock.demo.story import expect, expect_problem, expect_that, yuan

PLACE = ("陕西省", "宝鸡市", "金台区", "陈仓镇", "社区")
MONTHLY_FEN, PER_HEAD_FEN, STANDARD_FEN, AMOUNT_FEN = 180_000, 60_000, 66_200, 18_600
BOUNDARIES = (
    (66_199, "dibao", 1),
    (66_200, "edge", 0),
    (99_299, "edge", 0),
    (99_300, "none", 0),
)
LONGEST_SIDE = 2016


def log_in(play: Play) -> None:
    play.story.step("用微信登录，说明自己是谁", "Log in with WeChat and say who I am")
    phone, me = play.phone, play.people.applicant
    play.tokens.append(phone.log_in(f"phone-{secrets.token_hex(6)}")["token"])
    play.story.result("登录成功", "logged in: code2session over real HTTP, single-use code")
    typed = {"name": me.name, "idNumber": with_wrong_check_character(me.id_number)}
    wrong = expect_problem(lambda: phone.put("/me/identity", typed), 422, "invalid")
    expect("the field that is wrong", wrong.paths, ["/idNumber"])
    play.story.result(f"号码填错：{wrong.body['errors'][0]['message']}", "a wrong number is told")
    bound = phone.put("/me/identity", {"name": me.name, "idNumber": me.id_number})
    expect("my name, masked", bound["name"], me.mask)
    expect("a typed identity is only a claim", bound["assurance"], None)
    play.story.result(f"{bound['name']} {bound['idNumber']}", "a claim, masked, not proven yet")


def choose_place(play: Play) -> str:
    play.story.step("选择住在哪里", "Choose the place")
    parent: dict[str, Any] = {}
    for part in PLACE:
        items = play.phone.get("/divisions", **({"parent": parent["code"]} if parent else {}))
        found = next((one for one in items["items"] if part in one["name"]), None)
        expect_that(f"no {part} in the list of divisions", found)
        parent = found or {}
    play.story.result(f"{''.join(PLACE[:-1])}{parent['name']} {parent['code']}")
    return str(parent["code"])


def check_eligibility(play: Play, division: str) -> None:
    play.story.step("先看看能不能领（不登录，不留记录）", "Reckon first: no log-in, nothing kept")
    for per_head, outcome, amount in BOUNDARIES:
        got = _check(play, division, 1, per_head)
        expect(f"outcome at {yuan(per_head)}", got["outcome"], outcome)
        expect(f"amount at {yuan(per_head)}", got["amountFenPerMonth"], amount)
        play.story.result(f"人均 {yuan(per_head)} 元 → {outcome}", f"{yuan(amount)} yuan/month")
    ours = _check(play, division, 3, MONTHLY_FEN)
    expect("outcome for us", ours["outcome"], "dibao")
    expect("amount for us", ours["amountFenPerMonth"], AMOUNT_FEN)
    for line in ours["lines"]:
        play.story.line(line["zh"])
    play.story.result(f"每月 {yuan(AMOUNT_FEN)} 元", "three people on 1,800 yuan a month")


def fill_in(play: Play, division: str) -> None:
    play.story.step("填写低保申请", "Fill in the application")
    body = {
        "programme": "dibao",
        "division": division,
        "area": "urban",
        "members": play.people.members,
        "cashAssetsFen": 300_000,
    }
    created = play.phone.post("/applications", body)
    play.case_id = created["id"]
    expect("state", created["state"], "draft")
    signers = {m["name"]: m["signer"]["capacity"] for m in created["members"] if m["signer"]}
    people = play.people
    wanted = {
        people.applicant.name: "adult_member",
        people.husband.name: "adult_member",
        people.son.name: "legal_supporter",
    }
    expect("who must sign", signers, wanted)
    play.story.result("草稿已建好；要签字的有本人、丈夫、在外地的儿子", "three must sign")
    _promise(play, created.etag)


def _promise(play: Play, old_etag: str | None) -> None:
    """Two changes of the form, and what happens to somebody who changes an old page."""
    patch, change = play.phone.patch, {"truthPromise": {"accepted": True}}
    expect_problem(lambda: patch(play.case, change), 428, "version_missing")
    promised = patch(play.case, change, if_match=old_etag)
    expect_problem(lambda: patch(play.case, change, if_match=old_etag), 412, "version_stale")
    patch(play.case, {"staffRelatives": []}, if_match=promised)
    play.story.result("没带版本 428，旧版本 412，都没有丢东西", "no If-Match 428, stale 412")


def photograph(play: Play) -> None:
    play.story.step("拍照上传证件", "Upload photos of the papers")
    missing = play.phone.get(f"{play.case}/checklist")
    expect("complete before the photos", missing["complete"], False)
    for gap in missing["missing"]:
        play.story.line(f"还差： {gap['text']}")
    expect("gaps", len(missing["missing"]), 3)
    photo = pictures.phone_photo("obama")
    for person in (play.people.applicant, play.people.husband):
        stored = _upload(play, "id_card", photo, play.member_id(person))
        expect_that("the photo is too large", max(stored["width"], stored["height"]) <= 2016)
        expect_that("the photo lies on its side", stored["height"] > stored["width"])
    full = play.phone.get(f"/documents/{stored['id']}/content").content
    expect("size of the picture that comes back", pictures.jpeg_size(full), (1512, LONGEST_SIDE))
    expect_that("the picture that comes back has EXIF", b"Exif" not in full[:4096])
    size = f"{len(photo) / 1e6:.1f} MB, 12 MP → {stored['width']}×{stored['height']}"
    play.story.result(f"身份证照片 {size}，已转正", "turned upright, metadata gone")
    _upload(play, "household_register", pictures.register_page(), None)
    expect("complete", play.phone.get(f"{play.case}/checklist")["complete"], True)
    play.story.result("材料齐了", "the checklist is complete")


def submit(play: Play) -> None:
    play.story.step("先交申请，家人后签字", "Hand in before anybody has signed")
    key, version = new_key(), play.phone.get(play.case)
    receipt = play.phone.post(f"{play.case}/submission", key=key, if_match=version)
    expect("state", receipt["state"], "awaiting_consent")
    expect_that(
        "the receipt has a code and a day", receipt["receiptCode"] and receipt["submittedOn"]
    )
    again = play.phone.post(f"{play.case}/submission", key=key, if_match=version)
    expect("the receipt of the same wish sent twice", again.json, receipt.json)
    play.story.result(
        f"回执 {receipt['receiptCode']}，{receipt['submittedOn']}；重复点只算一次",
        "a dated receipt; sending it twice is once",
    )
    assessed = play.phone.get(play.case)["assessment"]
    expect("per head", assessed["perHeadFen"], PER_HEAD_FEN)
    expect("amount", assessed["amountFenPerMonth"], AMOUNT_FEN)
    _stranger_sees_nothing(play)


def timeline(play: Play) -> None:
    play.story.step("申请人查看办理进度", "The citizen reads the timeline")
    found = play.phone.get(f"{play.case}/timeline")
    for step in found["steps"]:
        play.story.line(f"{step['on']} {step['who']}{step['text']}")
    expect("state", found["state"], "approved")
    expect_that("the amount is told", any("186.00" in step["text"] for step in found["steps"]))
    outcome = play.phone.get(play.case)["outcome"]
    expect("decision", outcome["decision"], "approved")
    expect("amount", outcome["amountFen"], AMOUNT_FEN)
    told = [message["text"] for message in play.phone.get("/me")["messages"]]
    expect_that("the applicant was told", told)
    play.story.result(f"{found['now']}{found['next']}", found["nowEn"])


def _check(play: Play, division: str, people: int, whole_fen: int) -> Any:
    earner = {"incomes": [{"kind": "wages", "amountFen": whole_fen, "period": "month"}]}
    members = [earner, *({} for _ in range(people - 1))]
    body = {"division": division, "area": "urban", "members": members}
    with play.client() as nobody:
        return nobody.post("/eligibility-checks", body).json


def _upload(play: Play, slot: str, photo: bytes, member_id: str | None) -> Any:
    form = {"caseId": play.case_id, "slot": slot}
    if member_id is not None:
        form["memberId"] = member_id
    return play.phone.post("/documents", form, files={"file": ("1.jpg", photo, "image/jpeg")}).json


def _stranger_sees_nothing(play: Play) -> None:
    stranger = play.people.stranger
    with Phone(play.server.url, play.server.wechat_url) as other:
        other.log_in(f"phone-{secrets.token_hex(6)}")
        other.put("/me/identity", {"name": stranger.name, "idNumber": stranger.id_number})
        nothing = _refusal(other, f"/applications/{uuid.uuid4()}")
        for path in (play.case, f"{play.case}/timeline", f"{play.case}/checklist"):
            expect("what a stranger is told", _refusal(other, path), nothing)
    play.story.result("别人登录看这个申请:404", "another citizen gets 404")


def _refusal(other: Phone, path: str) -> dict[str, Any]:
    """All that the refusal says but its request's id: the same whether there is such a case."""
    refused = expect_problem(lambda: other.get(path), 404, "not_found")
    return {key: value for key, value in refused.body.items() if key != "requestId"}
