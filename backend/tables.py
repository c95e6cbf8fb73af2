"""Every room's tables, imported so that migrations, key rotation and tests see all of them."""

from __future__ import annotations

import importlib
import pkgutil

import backend
from backend.core.db import Base

metadata = Base.metadata


def load() -> None:
    """Import each module that defines tables (`models` of every room, and the kit's own)."""
    for kit in ("backend.core.legal_offset", "backend.core.attempts", "backend.core.pulse"):
        importlib.import_module(kit)
    for room in pkgutil.iter_modules(backend.__path__, "backend."):
        if room.ispkg:
            for file in pkgutil.iter_modules([f"{backend.__path__[0]}/{room.name[8:]}"]):
                if file.name == "models":
                    importlib.import_module(f"{room.name}.models")


load()
