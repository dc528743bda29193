"""`make bench`: every benchmark that takes less than a minute, one after the other.

    .venv/bin/python -m benchmarks [NAME ...]

Everything is on the loopback. The long proofs are `make proof`.
"""

import os
import signal
import subprocess
import sys
from typing import Final

BENCHMARKS: Final = ("reminders", "search", "turns", "start")
PATIENCE: Final = 60.0  # seconds each may take


def main() -> int:
    """Exit code 1 if one of them failed, missed a target that must hold, or took too long."""
    unknown = [name for name in sys.argv[1:] if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]}; they are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    failed = [name for name in sys.argv[1:] or BENCHMARKS if not run(name)]
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def run(name: str) -> bool:
    """The benchmark has printed its figures; False if it could not, or not in time: then it and what it started are ended."""
    print(f"\n## {name}\n", flush=True)
    process = subprocess.Popen([sys.executable, "-m", f"benchmarks.{name}"], start_new_session=True)
    try:
        return process.wait(PATIENCE) == 0
    except subprocess.TimeoutExpired:
        print(f"{name} took longer than {PATIENCE:.0f} s and was ended.", flush=True)
        return False
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)  # its own group, of which it is the first
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
