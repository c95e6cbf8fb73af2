"""What a case's tasks found out, one after the other, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

MAX_RETURNS: Final = 1
MAX_OBJECTIONS: Final = 20  # each lengthens the state of the process
MAX_LOST_CONSENTS: Final = 100  # more people than a household and its supporters are


@dataclass(frozen=True, slots=True)
class LostConsent:
    """Whose consent was taken back or refused after the acceptance, and on which day."""

    member_id: UUID
    withdrawn_on: date


@dataclass(frozen=True, slots=True)
class Findings:
    """What earlier tasks of a case left for later ones; kept encrypted. Amounts: fen a month."""

    opinion: str | None = None
    amount_fen: int | None = None
    published: bool = False
    objections: int = 0
    returns: int = 0
    investigators: frozenset[UUID] = frozenset()  # of every visit, not the last alone
    objection_notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    decided_on: date | None = None
    lost_consents: tuple[LostConsent, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The JSON value that is sealed."""
        return {
            "opinion": self.opinion,
            "amountFen": self.amount_fen,
            "published": self.published,
            "objections": self.objections,
            "returns": self.returns,
            "investigators": sorted(str(one) for one in self.investigators),
            "objectionNotes": list(self.objection_notes),
            "reasons": list(self.reasons),
            "decidedOn": self.decided_on.isoformat() if self.decided_on else None,
            "lostConsents": [
                [str(lost.member_id), lost.withdrawn_on.isoformat()] for lost in self.lost_consents
            ],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Findings":
        """The findings again."""
        decided_on = value["decidedOn"]
        return cls(
            opinion=value["opinion"],
            amount_fen=value["amountFen"],
            published=value["published"],
            objections=value["objections"],
            returns=value["returns"],
            investigators=frozenset(UUID(one) for one in value["investigators"]),
            objection_notes=tuple(value["objectionNotes"]),
            reasons=tuple(value["reasons"]),
            decided_on=date.fromisoformat(decided_on) if decided_on else None,
            lost_consents=tuple(
                LostConsent(UUID(member), date.fromisoformat(on))
                for member, on in value.get("lostConsents", ())
            ),
        )

    def visited(self, investigators: Sequence[UUID]) -> "Findings":
        """After a household visit by these people."""
        return replace(self, investigators=self.investigators | frozenset(investigators))

    def judged(self, opinion: str, amount_fen: int | None, reasons: Sequence[str]) -> "Findings":
        """After a first opinion; an earlier publication no longer counts."""
        return replace(
            self,
            opinion=opinion,
            amount_fen=amount_fen,
            published=False,
            reasons=tuple(reasons),
        )

    def shown_in_full(self) -> "Findings":
        """After the notice hung for its whole time."""
        return replace(self, published=True)

    def objected(self, note: str) -> "Findings":
        """After one more objection."""
        return replace(
            self,
            objections=self.objections + 1,
            objection_notes=(*self.objection_notes, note),
        )

    def lost_consent(self, lost: LostConsent) -> "Findings":
        """After this person's consent was lost; kept once a person, the newest day."""
        others = (one for one in self.lost_consents if one.member_id != lost.member_id)
        return replace(self, lost_consents=(*others, lost)[-MAX_LOST_CONSENTS:])

    def returned(self, reasons: Sequence[str]) -> "Findings":
        """After the decider sent the case back."""
        return replace(self, returns=self.returns + 1, reasons=tuple(reasons))

    def decided(self, on: date, reasons: Sequence[str]) -> "Findings":
        """After the decision, with its reasons where it is a denial."""
        return replace(self, decided_on=on, reasons=tuple(reasons))


def may_approve(findings: Findings, *, publicity_exempt: bool) -> bool:
    """Whether a case has what an approval needs: a positive opinion, shown for the full time."""
    return findings.opinion == "positive" and (findings.published or publicity_exempt)


def most_fen(snapshot: Mapping[str, Any]) -> int | None:
    """The standard of all heads together; None where the case names no standard."""
    return (snapshot["standardFen"] or 0) * snapshot["headcount"] or None


def notice(snapshot: Mapping[str, Any], amount_fen: int | None) -> dict[str, Any]:
    """What a publication (公示) shows: name, headcount and amount only, never more."""
    return {
        "applicant_name": snapshot["applicantName"],
        "headcount": snapshot["headcount"],
        "amount_fen": amount_fen,
    }


def pay_from(decided_on: date) -> str:
    """The first month of payment (YYYY-MM): the one after the decision (民发〔2021〕57号)."""
    year, month = divmod(decided_on.year * 12 + decided_on.month, 12)
    return f"{year:04d}-{month + 1:02d}"
