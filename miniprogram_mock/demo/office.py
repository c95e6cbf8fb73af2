"""The offices' part: the township checks and accepts, the back office reviews and decides."""

from __future__ import annotations

import time
from typing import Any

import pyotp

from miniprogram_mock.client import Client, Problem
from miniprogram_mock.demo.citizen import AMOUNT_FEN
from miniprogram_mock.demo.play import Play, first, pages
from miniprogram_mock.demo.story import (
    Differs,
    expect,
    expect_problem,
    expect_that,
    wait_for,
    yuan,
)

TOWNSHIP = "chencang"
PUBLICITY_DAYS = 7
NOTICE_FIELDS = ["amountFen", "applicantName", "headcount", "publicityUntil"]


def log_in_township(play: Play) -> Client:
    play.story.step("镇上工作人员登录：密码加动态码", "Township staff log in: password and TOTP")
    known = play.server.staff(TOWNSHIP)
    desk = play.client()
    wrong = {"username": TOWNSHIP, "password": "wrong", "totp": "000000"}
    expect_problem(lambda: desk.post("/sessions/staff", wrong), 401, "credentials_invalid")
    desk.token = _log_in(desk, known)
    play.tokens.append(desk.token)
    item = first(desk, "/staff/worklist", lambda item: bool(item["id"] == play.case_id))
    expect_that("the case stands on the worklist", item)
    play.story.result("待办里看到这个申请", "the case stands on the worklist")
    return desk


def look_at_faces(play: Play, desk: Client) -> None:
    play.story.step("工作人员看儿子的照片", "A person looks at the pictures of the son")
    review = first(desk, "/staff/face-reviews", lambda one: bool(one["caseId"] == play.case_id))
    expect_that("the review stands in the list", review)
    review = review or {}
    path = f"/staff/face-reviews/{review['id']}"
    shown = desk.get(f"{path}/pictures")
    expect("pictures", (bool(shown["reference"]), len(shown["frames"])), (True, 3))
    body = {"reason": "与本人视频核对，是同一个人。"}
    version = f'"{review["version"]}"'
    expect("decision", desk.post(f"{path}/acceptance", body, if_match=version)["state"], "accepted")
    expect_problem(lambda: desk.get(f"{path}/pictures"), 404, "review_not_found")
    play.story.result("是同一个人；照片随即删除", "accepted; the pictures are gone")
    expect("state of the case", play.phone.get(play.case)["state"], "submitted")
    play.story.result("人都签了，申请自动往下走：已提交", "all have signed: submitted by itself")


def accept(play: Play, desk: Client) -> None:
    play.story.step("镇上受理", "The township accepts the case")
    path = f"/staff{play.case}/acceptance"
    seen = desk.get(play.case)
    sure = {"personsConfirmed": True}
    expect_problem(lambda: desk.post(path, sure), 428, "version_missing")
    expect_problem(lambda: desk.post(path, sure, if_match='"1"'), 412, "version_stale")
    unsure = expect_problem(
        lambda: desk.post(path, {"personsConfirmed": False}, if_match=seen),
        409,
        "persons_not_confirmed",
    )
    play.story.result(unsure.body["title"], "the township must know the persons (assurance A)")
    accepted = desk.post(path, sure, if_match=seen)
    expect("state", accepted["state"], "accepted")
    play.story.result(
        f"{accepted['acceptedOn']} 受理，{accepted['dueOn']} 前办完", "the statutory clock runs"
    )


def wait_for_delivery(play: Play, desk: Client) -> None:
    play.story.step("转到县里业务系统", "Forwarded to the back office")

    def acknowledged() -> dict[str, Any] | None:
        return first(
            desk,
            "/staff/deliveries",
            lambda one: bool(one["caseId"] == play.case_id),
            state="acknowledged",
        )

    sent = wait_for("the delivery is acknowledged", acknowledged)
    play.story.result(f"对方已签收（{sent['attempts']} 次送达）", f"{sent['type']} acknowledged")


def review_and_decide(play: Play) -> None:
    """Every task by the one whose task it is: verification to decision."""
    play.story.step("县里核对收入财产", "Verification")
    _complete(play, "verifier", "verification", result="passed", note="与申报一致")
    _stage_told(play, "survey")
    play.story.step("两人入户调查", "Household survey by two investigators")
    with _officer(play, "surveyor-1") as surveyor:
        surveyors = surveyor.get("/backoffice/colleagues", role="surveyor")["items"]
    pair = [one["id"] for one in surveyors][:2]
    _complete(play, "surveyor-1", "survey", result="done", investigators=pair)
    _stage_told(play, "first_opinion")
    play.story.step("镇上提初审意见", "First opinion")
    _complete(play, "reviewer", "first_opinion", result="positive", amountFen=AMOUNT_FEN)
    play.story.step("张榜公示 7 天", "Publicity for seven days")
    _complete(play, "reviewer", "start_publicity", result="posted")
    _stage_told(play, "publicity")
    _publicity(play)
    _stage_told(play, "decision")
    play.story.step("县里审核确认", "The county decides")
    _complete(play, "decider", "county_decision", result="approved")
    wait_for("the citizen sees the decision", lambda: _is(play, "state", "approved"))
    play.story.result(f"同意，每月 {yuan(AMOUNT_FEN)} 元", "approved; the event came back signed")


def _publicity(play: Play) -> None:
    with play.client() as nobody:
        notice = first(
            nobody,
            "/backoffice/notices",
            lambda one: bool(one["applicantName"] == play.people.applicant.name),
            division="610303",
        )
    expect_that("the notice hangs", notice)
    notice = notice or {}
    expect(
        "what the notice shows",
        set(notice),
        {"applicantName", "headcount", "amountFen", "publicityUntil"},
    )
    play.story.result(f"公示到 {notice['publicityUntil']}", "name, headcount, amount; no more")
    with play.client() as anybody:
        moved = anybody.post("/demo/clock", {"days": PUBLICITY_DAYS + 1})
    play.story.result(f"演示：把日子拨到 {moved['legalDate']}", "demo mode moves the legal clock")


def _complete(play: Play, who: str, name: str, **said: Any) -> None:
    """Wait until the task is open, do it, and see that the case's stage is told to the citizen."""
    with _officer(play, who) as officer:
        task = wait_for(f"the task {name} is open", lambda: _task(play, officer, name))
        done = officer.post(f"/backoffice/tasks/{task['id']}/completion", said)
        expect(f"state of the task {name}", done["state"], "done")
    play.story.result(f"完成：{said['result']}", f"{name}: {said['result']}")


def _task(play: Play, officer: Client, name: str) -> dict[str, Any] | None:
    for task in pages(officer, "/backoffice/tasks"):
        if task["name"] == name:
            file = officer.get(f"/backoffice/cases/{task['backofficeCaseId']}")
            if file["caseId"] == play.case_id:
                return task
    return None


def _officer(play: Play, label: str) -> Client:
    return play.client(play.server.backoffice_token(label))


def _stage_told(play: Play, stage: str) -> None:
    """The back office's event came back, and the citizen sees where the case stands."""
    wait_for(f"the citizen sees the stage {stage}", lambda: _is(play, "stage", stage))
    now = play.phone.get(f"{play.case}/timeline")
    play.story.result(f"申请人看到：{now['now']}{now['next']}", now["nowEn"])


def _is(play: Play, field: str, value: str) -> bool | None:
    return True if play.phone.get(play.case)[field] == value else None


def _log_in(desk: Client, known: dict[str, str]) -> str:
    """A session's token. A code is good once: where two plays were just run, the next one's turn
    comes within half a minute.
    """
    clock = pyotp.TOTP(known["totpSecret"])
    body = {"username": TOWNSHIP, "password": known["password"]}
    for _ in range(2):
        for ahead in (0, 1):
            try:
                code = clock.at(int(time.time()) + ahead * clock.interval)
                return str(desk.post("/sessions/staff", {**body, "totp": code})["token"])
            except Problem as problem:
                expect("why the log-in is refused", problem.code, "credentials_invalid")
        time.sleep(clock.interval - time.time() % clock.interval)
    raise Differs("staff cannot log in with the generated credentials")
