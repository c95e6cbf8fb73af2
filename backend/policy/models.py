"""The tables of this room; every loaded version stays, for the cases that it decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Instant


class PolicyVersion(Base):
    """One loaded policy folder; the one with the highest turn is in force."""

    __tablename__ = "policy_versions"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    turn: Mapped[int] = mapped_column(unique=True)
    loaded_at: Mapped[datetime] = mapped_column(Instant)
    vocabulary: Mapped[dict[str, Any]] = mapped_column(JSON)
    # what needs.toml says; null in versions of before there was one
    needs: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class _Dated:
    """The version a row belongs to and when it holds."""

    version: Mapped[str] = mapped_column(
        String(64), ForeignKey("policy_versions.version"), primary_key=True
    )
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300))


class ProgrammeRow(_Dated, Base):
    """A programme; `body` is what rules.programmes.to_json gives."""

    __tablename__ = "programmes"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class StandardRow(_Dated, Base):
    """A standard of one region; fen per month or per year."""

    __tablename__ = "standards"

    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    area: Mapped[str] = mapped_column(String(5), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    per: Mapped[str] = mapped_column(String(5))


class RegionRulesRow(_Dated, Base):
    """What one region says about itself; keys it leaves out come from further up."""

    __tablename__ = "county_rules"

    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
