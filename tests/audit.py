"""Run `pip-audit --strict` over what is installed here, our own distributions left out.

Advisories come from the package index. Where they cannot be reached, nothing was checked; that is
said by name, as of every tier that did not run, and is no failure: the code is not at fault.
"""

import subprocess
import sys
import tempfile
from importlib.metadata import distributions
from pathlib import Path

OURS = "dunning"
KNOWN = "pip==24.0"  # on every index that has advisories at all
NOT_RUN = "tier audit: not run, advisories cannot be reached from here"


def audited(requirements: list[str]) -> subprocess.CompletedProcess[str]:
    """Run pip-audit over exact versions, and return what it said."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requirements.txt"
        path.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        words = ["--strict", "--no-deps", "--disable-pip", "--progress-spinner", "off", "-r"]
        return subprocess.run(
            [sys.executable, "-m", "pip_audit", *words, str(path)],
            capture_output=True,
            text=True,
            check=False,
        )


def is_out_of_reach(said: str) -> bool:
    """Tell whether an answer about a package that is surely there says it could not be asked."""
    return any(word in said for word in ("could not be audited", "Connection", "Max retries"))


def main() -> int:
    """Audit, and return the exit code of pip-audit; 0 where nothing could be asked."""
    if is_out_of_reach(audited([KNOWN]).stderr):
        sys.stdout.write(f"{NOT_RUN}\n")
        return 0
    found = sorted({f"{one.name}=={one.version}" for one in distributions() if one.name})
    done = audited([one for one in found if not one.lower().startswith(OURS)])
    sys.stdout.write(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
