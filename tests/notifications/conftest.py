"""Units that hear what people are told, an account to tell it to, and who sends it."""

from __future__ import annotations

from uuid import UUID

import pytest

from backend import house as houses
from backend.core.uow import Listeners, Units
from backend.identity.models import Account
from tests.fakes.wechat import FakeMessageSender


@pytest.fixture
def listeners() -> Listeners:
    return houses.wire()


@pytest.fixture
def sender() -> FakeMessageSender:
    return FakeMessageSender()


def new_account(units: Units, label: str = "li") -> UUID:
    """Somebody who logged in once."""
    with units.write() as work:
        account = Account(id=work.new_id(), openid_digest=units.vault.digest("openid", label))
        account.seal(units.vault, openid=f"openid-{label}")
        work.session.add(account)
        return account.id


@pytest.fixture
def account(units: Units) -> UUID:
    return new_account(units)
