"""Steps in the life of a wish, one call each, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from werkzeug.test import TestResponse

from backend.core.access import Role
from tests.factories import people
from tests.factories.house import TOWNSHIP, VILLAGE, Town, Visitor
from tests.factories.people import Human

OLD_WOMAN = Human("陈桂英", date(1941, 2, 3))
TEXT = "冬天冷，想要一床厚被子。"


def wish_body(**more: Any) -> dict[str, Any]:
    return {"kind": "clothing", "text": TEXT, "valueFen": 20_000, "division": VILLAGE, **more}


def named(who: Human) -> dict[str, str]:
    return {"name": who.name, "idNumber": who.number}


@dataclass
class Street:
    """A town, whoever asks and gives in it, and what they do with wishes."""

    town: Town

    @cached_property
    def owner(self) -> Visitor:
        return self.town.citizen(people.APPLICANT)

    @cached_property
    def giver(self) -> Visitor:
        return self.proven(people.STRANGER)

    @cached_property
    def desk(self) -> Visitor:
        return self.town.staff()

    @cached_property
    def village(self) -> Visitor:
        return self.town.staff(Role.VILLAGE, VILLAGE)

    def proven(self, who: Human) -> Visitor:
        visitor = self.town.citizen(who)
        self.town.prove(visitor)
        return visitor

    def county(self) -> Visitor:
        return self.town.staff(Role.COUNTY, TOWNSHIP[:6])

    def posted(self, by: Visitor | None = None, **more: Any) -> dict[str, Any]:
        return ok((by or self.owner).once("/wishes", wish_body(**more)), 201)

    def decide(self, wish: dict[str, Any], how: str, body: Any, by: Any = None) -> TestResponse:
        """A decision of the township, on the version that it sees now."""
        desk: Visitor = by or self.desk
        version = ok(desk.get(f"/wishes/{wish['id']}"))["version"]
        path = f"/staff/wishes/{wish['id']}/{how}"
        answer: TestResponse = desk.post(path, body, version=version)
        return answer

    def published(self, wish: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        return ok(self.decide(wish or self.posted(**more), "publication", {}))

    def claimed(self, wish: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        found = wish or self.published(**more)
        return ok(self.giver.post(f"/wishes/{found['id']}/claim"))

    def delivered(self, wish: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        found = wish or self.claimed(**more)
        return ok(self.giver.once(f"/wishes/{found['id']}/delivery", {"note": "放在村委会。"}))

    def fulfilled(self, **more: Any) -> dict[str, Any]:
        wish = self.delivered(**more)
        confirm(self.giver, wish)
        return ok(confirm(self.owner, wish))

    def checking(self, **more: Any) -> dict[str, Any]:
        return ok(confirm(self.owner, self.delivered(**more), received=False))

    def returned(self, **more: Any) -> dict[str, Any]:
        return ok(self.decide(self.posted(**more), "return", {"reason": "请写大小。"}))

    def rejected(self, **more: Any) -> dict[str, Any]:
        return ok(self.decide(self.posted(**more), "rejection", {"reason": "重复了。"}))

    def withdrawn(self, **more: Any) -> dict[str, Any]:
        wish = self.posted(**more)
        return ok(self.owner.post(f"/wishes/{wish['id']}/withdrawal", version=wish["version"]))

    def in_state(self, state: str) -> dict[str, Any]:
        """A wish of the owner that was led to this state."""
        steps: dict[str, Callable[..., dict[str, Any]]] = {
            "submitted": self.posted,
            "returned": self.returned,
            "rejected": self.rejected,
            "published": self.published,
            "claimed": self.claimed,
            "delivered": self.delivered,
            "checking": self.checking,
            "fulfilled": self.fulfilled,
            "withdrawn": self.withdrawn,
        }
        return steps[state]()


def confirm(by: Visitor, wish: dict[str, Any], *, received: bool = True) -> TestResponse:
    return by.post(f"/wishes/{wish['id']}/confirmation", {"received": received})


def ok(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_json()
    return dict(answer.get_json())


def refused(answer: TestResponse, status: int, code: str, path: str | None = None) -> None:
    """The refusal has this status and code; with `path` it is this one field that is wrong."""
    body = answer.get_json()
    assert answer.status_code == status, body
    if path is None:
        assert body["code"] == code
    else:
        assert [(e["path"], e["code"]) for e in body["errors"]] == [(path, code)]
