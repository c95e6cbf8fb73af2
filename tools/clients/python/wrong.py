"""Each marked line is wrong, and mypy must say so: make clients counts them."""

from __future__ import annotations

from zhangban_client import Client
from zhangban_client.api.policy import get_programme, list_programmes
from zhangban_client.models import ProgrammeList


def wrong(client: Client) -> None:
    get_programme.sync(client=client)  # wrong: which one?
    get_programme.sync(7, client=client)  # wrong: a text
    found = list_programmes.sync(client=client)
    assert isinstance(found, ProgrammeList)
    number: int = found.items[0].name.zh  # wrong: a text
    found.nothing(number)  # wrong: no such thing
