from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from kg.ledger import database
from kg.ledger.database import Ledger


def test_the_newest_file_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == database.newest()


def test_a_new_ledger_is_migrated_and_a_migrated_one_opens_without_alembic(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with ledger.read() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == database.newest()
    ledger.close()
    script = (
        "import sys; from pathlib import Path; from kg.ledger.database import Ledger; "
        f"Ledger(Path({str(tmp_path / 'ledger.sqlite')!r})).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
