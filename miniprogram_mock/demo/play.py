"""What all parts of the play share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from miniprogram_mock.client import Client, Phone
from miniprogram_mock.demo.people import Household, Person, invent
from miniprogram_mock.demo.server import Server
from miniprogram_mock.demo.story import Story, expect_that

MOST_PAGES = 50


@dataclass
class Play:
    """The story, the server, the people, and what became known on the way."""

    story: Story
    server: Server
    people: Household = field(default_factory=invent)
    phone: Phone = field(init=False)
    case_id: str = ""
    evidence: bytes = field(default=b"", repr=False)
    tokens: list[str] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.phone = Phone(self.server.url, self.server.wechat_url)

    @property
    def case(self) -> str:
        """The path of the application."""
        return f"/applications/{self.case_id}"

    def client(self, token: str | None = None) -> Client:
        """Somebody else's connection."""
        return Client(self.server.url, token=token)

    def member_id(self, person: Person) -> str:
        """The id that the case gave to this person."""
        members = self.phone.get(self.case)["members"]
        return next(str(m["id"]) for m in members if m["name"] == person.name)


def pages(client: Client, path: str, **query: str) -> Iterator[dict[str, Any]]:
    """The items of a list, page after page."""
    cursor: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        answer = client.get(path, **query, **cursor)
        yield from answer["items"]
        if not answer["nextCursor"]:
            return
        cursor = {"cursor": answer["nextCursor"]}
    expect_that(f"{path} ends within {MOST_PAGES} pages", False)


def first(
    client: Client, path: str, wanted: Callable[[dict[str, Any]], bool], **query: str
) -> dict[str, Any] | None:
    """The first item of a list that is wanted."""
    return next((item for item in pages(client, path, **query) if wanted(item)), None)
