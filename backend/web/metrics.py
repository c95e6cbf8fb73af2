"""The door of the figures, for the county's own monitoring and nobody else."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from backend.core.uow import Units
from backend.web.context import web_kit
from backend.web.doors import MONITORS, Doors

TEXT = "text/plain; version=0.0.4; charset=utf-8"  # what Prometheus reads
Exposition = Callable[[Units], bytes]


def doors(exposition: Exposition) -> Doors:
    """`GET /metrics` over whatever writes the figures down."""
    blp = Doors("metrics", __name__, url_prefix="/metrics", description="Figures for monitoring")

    @blp.get("")
    @blp.door("getMetrics", MONITORS)
    @blp.doc(
        responses={
            200: {
                "description": "Figures in Prometheus' text format: numbers, never an id",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            }
        }
    )
    def metrics() -> Response:
        """What this process counts and what the database says; the token is a setting."""
        return Response(exposition(web_kit().units), content_type=TEXT)

    return blp
