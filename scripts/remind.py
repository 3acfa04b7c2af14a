"""Open an issue with the text of a file, or bring the open one up to date: `remind.py reminder.md`.

Runs inside a workflow of GitHub, Gitea, Forgejo or GitLab, which set the addresses it reads from the environment;
REMINDER_TOKEN is the key that may write issues. The standard library only, so that it needs nothing but Python.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

#: By its title a reminder is found again
TITLE: Final = "该更新了 / Update reminder"
_TIMEOUT_SECONDS: Final = 30


class Host:
    """The issues of one repository, through the interface of its host."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        token = environment.get("REMINDER_TOKEN", "")
        self.gitlab = "CI_PROJECT_ID" in environment
        if self.gitlab:
            self.issues = f"{environment['CI_API_V4_URL']}/projects/{environment['CI_PROJECT_ID']}/issues"
            self.headers = {"PRIVATE-TOKEN": token}
        else:
            self.issues = f"{environment['GITHUB_API_URL']}/repos/{environment['GITHUB_REPOSITORY']}/issues"
            self.headers = {"Authorization": f"token {token}"}

    def open_reminder(self) -> int | None:
        """The number of the reminder that is open; None without one."""
        state, number = ("opened", "iid") if self.gitlab else ("open", "number")
        page = 1
        while found := self._call("GET", f"{self.issues}?state={state}&per_page=50&limit=50&page={page}"):
            for issue in found:
                if issue["title"] == TITLE:
                    return int(issue[number])
            page += 1
        return None

    def write(self, text: str) -> str:
        """Open the reminder, or replace the text of the open one; says which."""
        body = {"description" if self.gitlab else "body": text}
        number = self.open_reminder()
        if number is None:
            self._call("POST", self.issues, {"title": TITLE, **body})
            return "opened"
        self._call("PUT" if self.gitlab else "PATCH", f"{self.issues}/{number}", body)
        return f"updated {number}"

    def _call(self, method: str, address: str, content: Mapping[str, str] | None = None) -> Any:
        data = None if content is None else json.dumps(content).encode()
        headers = {**self.headers, "Content-Type": "application/json", "Accept": "application/json"}
        request = urllib.request.Request(address, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
            return json.load(answer)


def main(argv: list[str]) -> int:
    """Write the reminder; a host that refuses ends the run with its answer."""
    print(Host(os.environ).write(Path(argv[0]).read_text(encoding="utf-8")))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
