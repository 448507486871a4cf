# SPDX-License-Identifier: Apache-2.0
"""What `import aiocontacts` costs a program that already imports aiohttp, and what it drags in.

Each sample is a new process.  The two imports are timed one after the other in the same process,
so a slow start of the interpreter falls on neither.

    python -m benchmarks.bench_import
"""

from __future__ import annotations

import argparse
from statistics import median

from benchmarks.processes import python, verdict

_SCRIPT = """
import json, sys, time
started = time.perf_counter()
import aiohttp
between = time.perf_counter()
import aiocontacts
ended = time.perf_counter()
late = [name for name in ("google.auth", "sqlite3", "tenacity", "vobject") if name in sys.modules]
print(json.dumps({"aiohttp": between - started, "ours": ended - between, "late": late}))
"""


def main() -> None:
    """Print both costs, and whatever was imported too early."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()

    python(_SCRIPT)  # writes the bytecode, as an installation does
    samples = [python(_SCRIPT) for _ in range(options.rounds)]
    print(f"import aiohttp: {median(sample['aiohttp'] for sample in samples) * 1000:.0f} ms")
    ours = median(sample["ours"] for sample in samples) * 1000
    verdict("import aiocontacts after it, ms", ours, "<=", 50)
    verdict(f"imported before it is needed {samples[0]['late']}", len(samples[0]["late"]), "<=", 0)


if __name__ == "__main__":
    main()
