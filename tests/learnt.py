"""The search index, learnt once and kept: no service under test needs seconds to learn it again."""

import shutil
from pathlib import Path

KEPT = Path(".pytest_cache/search").resolve()


def take_along(folder: Path) -> None:
    """A service whose data lie in `folder` finds the index learnt, if it has been learnt here before."""
    if KEPT.exists():
        shutil.copytree(KEPT, folder / "search", dirs_exist_ok=True)
