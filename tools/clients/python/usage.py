"""A client's author at work: the generated package, typed, against an address."""

from __future__ import annotations

from http import HTTPStatus

from zhangban_client import AuthenticatedClient, Client
from zhangban_client.api.identity import get_me
from zhangban_client.api.policy import list_programmes
from zhangban_client.models import MeView, Problem, ProgrammeList


def programmes(address: str) -> list[str]:
    """The names of what can be applied for."""
    found = list_programmes.sync(client=Client(base_url=address))
    if not isinstance(found, ProgrammeList):
        raise TypeError(found)
    return [programme.name.zh for programme in found.items]


def refused(address: str) -> str:
    """What somebody is told whose session nobody knows."""
    client = AuthenticatedClient(base_url=address, token="x" * 32)
    answer = get_me.sync_detailed(client=client)
    if isinstance(answer.parsed, MeView) or answer.status_code != HTTPStatus.UNAUTHORIZED:
        raise TypeError(answer)
    if not isinstance(answer.parsed, Problem):
        raise TypeError(answer)
    return answer.parsed.code
