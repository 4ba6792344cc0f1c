"""Identifiers and contacts of local entities, and the questions that fusion leaves to people."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name in ("identifiers", "contacts"):
        op.add_column("locals", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "questions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("left", sa.String(length=32), nullable=False),
        sa.Column("right", sa.String(length=32), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("questions_left", "questions", ["left"])
    op.create_index("questions_right", "questions", ["right"])
    op.create_index("questions_by_score", "questions", ["score"])
    # What was fused before is judged again, so that its questions are asked too.
    op.execute("INSERT INTO unfused (key) SELECT DISTINCT key FROM blocks WHERE key NOT IN (SELECT key FROM unfused)")
