"""One scene for each line of docs/audience.md: a request that must succeed for whoever may."""

from tests.audience.scenes import (
    applications,
    backoffice,
    consent,
    documents,
    help,
    identity,
    letters,
    public,
    staff,
    wishes,
)
from tests.audience.scenes.ask import Scene

ROOMS = (
    public,
    identity,
    applications,
    consent,
    documents,
    letters,
    staff,
    wishes,
    help,
    backoffice,
)
SCENES: dict[str, Scene] = {label: scene for room in ROOMS for label, scene in room.SCENES.items()}
