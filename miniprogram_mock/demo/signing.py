"""The family's part: each signer opens a link, shows a face, and signs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from miniprogram_mock.client import Client
from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.people import Person
from miniprogram_mock.demo.play import Play
from miniprogram_mock.demo.story import expect, expect_problem, expect_that

STROKES = [
    [[40, 60, 0], [90, 58, 40], [150, 61, 90]],
    [[95, 20, 260], [93, 80, 330], [60, 140, 410]],
    [[100, 90, 560], [140, 130, 640]],
]


@dataclass(frozen=True)
class Invited:
    """A person with the link that the applicant passed on."""

    person: Person
    token: str
    statement_hash: str

    @property
    def path(self) -> str:
        return f"/consent-invitations/{self.token}"


def guess_a_link(play: Play) -> None:
    play.story.step("有人乱猜签字链接", "Somebody guesses a link")
    guess = secrets.token_urlsafe(24)[:32]
    with play.client() as nobody:
        expect_problem(
            lambda: nobody.get(f"/consent-invitations/{guess}"), 404, "invitation_not_found"
        )
    play.story.result("404，什么也看不到", "one generic 404")


def husband_signs(play: Play) -> None:
    """The card of one picture and frames of another one of the same man: accepted."""
    play.story.step("丈夫扫码签字", "The husband signs: QR code, card, face, signature")
    play.story.line(
        "照片：只有两个人的照片，代替所有人。Portraits of two men stand in for everybody."
    )
    invited = _invite(play, play.people.husband)
    with _identified(play, invited, "obama") as signer:
        seen = _show_face(signer, invited, signer.reference, "obama2")
        expect("outcome of the face check", seen["outcome"], "accept")
        play.story.result("人脸和证件照一致", "obama.jpg against obama2.jpg: accepted")
        consent = _sign(signer, invited)
        expect("counts at once", consent["counts"], True)
        play.evidence = signer.get(f"/consents/{consent['id']}/evidence").content
    play.story.result("签字有效", f"it counts, assurance {consent['assurance']}")
    _expect_state(play, "awaiting_consent")


def son_signs(play: Play) -> None:
    """The machine is unsure: he signs at once, and it counts when a person has looked."""
    play.story.step("在外地打工的儿子签字，机器拿不准", "The son, far away: the machine is unsure")
    invited = _invite(play, play.people.son)
    with _identified(play, invited, "obama2") as signer:
        seen = _show_face(signer, invited, signer.reference, "obama3", review=True)
        expect("outcome of the face check", seen["outcome"], "review")
        play.story.result("拿不准，请工作人员看一眼", "obama2.jpg against obama3.jpg: review")
        consent = _sign(signer, invited)
        expect("counts at once", consent["counts"], False)
        expect("under review", consent["underReview"], True)
    play.story.result("先签字，看过照片才算数", "signed, counts when a person has looked")
    _expect_state(play, "awaiting_consent")


def applicant_signs(play: Play) -> None:
    """Somebody else's face before the camera is refused; then it goes right."""
    play.story.step("本人签字，先有别人冒充", "The applicant signs, after somebody else tried")
    invited = _invite(play, play.people.applicant)
    with _identified(play, invited, "obama") as signer:
        refused = expect_problem(
            lambda: _show_face(signer, invited, signer.reference, "biden"),
            422,
            "face_not_matching",
        )
        play.story.result(
            f"{refused.body['title']}{refused.body['detail']}", "biden.jpg against obama.jpg"
        )
        early = expect_problem(lambda: _sign(signer, invited), 409, "not_verified")
        play.story.result(f"没过人脸不能签：{early.body['title']}", "no signature without a face")
        seen = _show_face(signer, invited, signer.reference, "obama2")
        expect("outcome of the face check", seen["outcome"], "accept")
        consent = _sign(signer, invited)
        expect("counts at once", consent["counts"], True)
    play.story.result("本人重新拍，签字有效（也替未成年的女儿）", "then she does it right")
    _expect_state(play, "awaiting_consent")


class Signer(Client):
    """A sitting of 15 minutes; `reference` is the sealed portrait that the phone holds."""

    reference = ""


def _invite(play: Play, person: Person) -> Invited:
    body = {"memberId": play.member_id(person)}
    issued = play.phone.post(f"{play.case}/consent-invitations", body)
    token = str(issued["token"])
    play.tokens.append(token)
    expect_that("the token is at most 32 characters", len(token) <= 32)
    with play.client() as family:
        png = family.get(f"/{issued['qrPath']}").content
        expect("the link that the QR code holds", pictures.read_qr(png), issued["link"])
        for _ in range(2):
            shown = family.get(f"/consent-invitations/{token}")
            expect("a look never spends the link", shown["state"], "open")
        expect("the signer's name", shown["signerName"], person.mask)
        expect("the applicant's name", shown["applicantName"], play.people.applicant.mask)
    play.story.result("二维码读得出，就是那个链接", "zxing-cpp reads the QR code back")
    purposes = "、".join(purpose["zh"] for purpose in shown["purposes"])
    play.story.result(f"看到：{shown['applicantName']}申请{purposes}，请您授权核对")
    return Invited(person, token, str(shown["statement"]["hash"]))


def _identified(play: Play, invited: Invited, card: str) -> Signer:
    who = invited.person
    body = {"name": who.name, "idNumber": who.id_number, "card": pictures.card_base64(card)}
    signer = Signer(play.server.url)
    sitting = signer.post(f"{invited.path}/identification", body)
    signer.token = str(sitting["token"])
    signer.reference = str(sitting["reference"])
    play.tokens.append(signer.token)
    play.story.result("姓名、号码对上，证件照已取出", "identified, portrait cut from the card")
    return signer


def _show_face(
    signer: Client, invited: Invited, reference: str, frames: str, *, review: bool = False
) -> Any:
    challenge = signer.post(f"{invited.path}/face-challenge")
    body = {
        "challengeId": challenge["challengeId"],
        "reference": reference,
        "frames": pictures.frames_base64(frames),
        "faceConsent": True,
        "reviewConsent": review,
    }
    return signer.post(f"{invited.path}/face-check", body).json


def _sign(signer: Client, invited: Invited) -> Any:
    body = {"strokes": STROKES, "statementHash": invited.statement_hash, "agreed": True}
    return signer.post(f"{invited.path}/signature", body).json


def _expect_state(play: Play, state: str) -> None:
    expect("state of the case", play.phone.get(play.case)["state"], state)
