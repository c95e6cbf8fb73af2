"""A case that staff file at the counter for somebody without a phone keeps who began it, who handed
it in, and what was seen.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"
branch_labels = None
depends_on = None

_NEW = {"recorded_by": sa.Uuid, "handed_in_by": sa.Uuid, "counter": sa.LargeBinary}


def upgrade() -> None:
    for name, kind in _NEW.items():
        op.add_column("applications", sa.Column(name, kind(), nullable=True))


def downgrade() -> None:
    for name in _NEW:
        op.drop_column("applications", name)
