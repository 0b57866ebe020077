"""`make test`: every test that this machine can run, with branch coverage; a skip is named with what enables it."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

ENABLES = {"chromium": "apt-get install chromium fonts-noto-cjk", "postgres": "apt-get install postgresql"}


def main() -> int:
    """Run pytest on all cores; a skip is a failure where CI is set."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal", "--cov", "--cov-report=term"]
        code = subprocess.run([*command, f"--junitxml={report}", *sys.argv[1:]], check=False).returncode
        skipped = _skipped(report) if report.exists() else []
    for name, reason in skipped:
        enabling = [line for word, line in ENABLES.items() if re.search(word, reason, re.IGNORECASE)]
        print(f"skipped: {name}: {reason}" + (f"  → {enabling[0]}" if enabling else ""))
    if skipped and os.environ.get("CI"):
        print(f"{len(skipped)} tests were skipped: CI runs them all")
        return code or 1
    return code


def _skipped(report: Path) -> list[tuple[str, str]]:
    return [
        (f"{case.get('classname')}.{case.get('name')}", skip.get("message") or "")
        for case in ET.parse(report).iter("testcase")
        for skip in case.iter("skipped")
    ]


if __name__ == "__main__":
    sys.exit(main())
