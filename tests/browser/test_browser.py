"""The web chat in Debian's Chromium. Each test of chat.test.mjs is one test here, with a service of its own."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NAMES = re.findall(r"^test\('([^']+)'", (HERE / "chat.test.mjs").read_text(encoding="utf-8"), re.MULTILINE)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the screenshots go: BROWSER_SHOTS, or a folder pytest keeps for a while."""
    return Path(os.environ.get("BROWSER_SHOTS") or tmp_path_factory.mktemp("screenshots"))


@pytest.mark.parametrize("name", NAMES)
def test_web_chat(name: str, shots: Path) -> None:
    node = shutil.which("node")
    assert node, "Node.js is missing: apt-get install nodejs npm"
    assert (HERE / "node_modules").is_dir(), "playwright-core is missing: npm ci --prefix tests/browser"
    ran = subprocess.run(
        [node, "--test-reporter=tap", f"--test-name-pattern=^{name}$", "chat.test.mjs"],
        cwd=HERE, env=os.environ | {"BROWSER_PYTHON": sys.executable, "BROWSER_SHOTS": str(shots)},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"^# pass 1$", ran.stdout, re.MULTILINE), ran.stdout
