"""portal.toml: who publishes, from which address, as of which day. Read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ipportal.errors import DataError, Problem, Where
from ipportal.text import Text

FILE = "portal.toml"


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan this portal follows. Years are calendar years."""

    title: Text
    baseline_year: int
    first_year: int
    last_year: int
    basis: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Numbers an official site carries; None while they are placeholders."""

    site_id: str | None
    icp: str | None
    public_security: str | None

    @property
    def complete(self) -> bool:
        """True when every number is given."""
        return all((self.site_id, self.icp, self.public_security))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything portal.toml says."""

    name: Text
    short_name: Text
    tagline: Text
    url: str
    organiser: Text
    contact: Text
    contact_url: str
    plan: Plan
    as_of: date
    identity: Identity
    small_count_threshold: int
    jump_factor: float
    #: Every page is a file of its own name (`plan/goals.html`), for places that know no folder indexes
    plain_files: bool = False
    security_contact: str = ""
    security_expires: date | None = None

    @property
    def demo(self) -> bool:
        """True until every identity number is real: the site then says 示例部署 on every page."""
        return not self.identity.complete


def read_settings(root: Path) -> Settings:
    """Read portal.toml below `root`.

    Raises:
        DataError: the file is missing, is no TOML, or lacks an entry.
    """
    try:
        data = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(
            [
                _problem(
                    "settings-missing",
                    "",
                    Text("一个 portal.toml 文件", "a portal.toml file"),
                    "",
                    Text("从原始版本恢复这个文件", "restore this file from the original"),
                )
            ]
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            [
                _problem(
                    "settings-broken",
                    "",
                    Text("可以读取的 TOML 文本", "readable TOML text"),
                    str(error),
                    Text(
                        "检查所示行的引号和等号，文件存成 UTF-8",
                        "check quotes and equals signs on that line; save the file as UTF-8",
                    ),
                )
            ]
        ) from None
    return _Reader(data).settings()


class _Reader:
    """Collects every missing or wrong entry before failing."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[Problem] = []

    def settings(self) -> Settings:
        identity = Identity(*(self.optional("identity", key) for key in ("site_id", "icp", "public_security")))
        plan = Plan(
            title=self.text("plan", "title"),
            baseline_year=self.value(int, "plan", "baseline_year"),
            first_year=self.value(int, "plan", "first_year"),
            last_year=self.value(int, "plan", "last_year"),
            basis=self.value(str, "plan", "basis"),
        )
        settings = Settings(
            name=self.text("site", "name"),
            short_name=self.text("site", "short_name"),
            tagline=self.text("site", "tagline"),
            url=self.value(str, "site", "url").rstrip("/"),
            organiser=self.text("publisher", "organiser"),
            contact=self.text("publisher", "contact"),
            contact_url=self.value(str, "publisher", "contact_url"),
            plan=plan,
            as_of=self.value(date, "data", "as_of"),
            identity=identity,
            small_count_threshold=self.value(int, "data", "small_count_threshold"),
            jump_factor=float(self.value(int, "data", "jump_factor")),
            plain_files=self.choice(bool, "site", "plain_files") or False,
            security_contact=self.choice(str, "security", "contact") or "",
            security_expires=self.choice(date, "security", "expires"),
        )
        if self.problems:
            raise DataError(self.problems)
        return settings

    def text(self, table: str, key: str) -> Text:
        return Text(self.value(str, table, f"{key}_zh"), self.value(str, table, f"{key}_en"))

    def optional(self, table: str, key: str) -> str | None:
        return self.data.get(table, {}).get(key) or None

    def choice(self, kind: type, table: str, key: str) -> Any:
        """An entry that may be absent."""
        return self.value(kind, table, key) if key in self.data.get(table, {}) else None

    def value(self, kind: type, table: str, key: str) -> Any:
        value = self.data.get(table, {}).get(key)
        if isinstance(value, kind):
            return value
        wanted = {
            str: Text("引号里的文字", "text in quotes"),
            int: Text("整数", "a whole number"),
            bool: Text("true 或 false", "true or false"),
            date: Text("日期，如 2026-11-22", "a date such as 2026-11-22"),
        }[kind]
        self.problems.append(
            _problem(
                "settings-entry",
                f"[{table}] {key}",
                wanted,
                "" if value is None else str(value),
                Text(f"在 [{table}] 一节写上 {key} = …", f"write {key} = … in section [{table}]"),
            )
        )
        return {str: "", int: 0, bool: False, date: date.min}[kind]


def _problem(code: str, column: str, expected: Text, found: str, hint: Text) -> Problem:
    return Problem(code, Where(FILE, column=column or None), expected, found, hint)
