"""The small portal with more of everything that grows: made-up indicators, each with as many months of figures."""

import csv
import shutil
from pathlib import Path

from support.portals import TINY

DATA = "datapackages/indicators/data"
FIRST_YEAR, MONTHS = 1950, 12


def grown(folder: Path, indicators: int, years: int) -> Path:
    """A copy of the small portal in `folder`, with twelve valid rows for each indicator and year besides its own."""
    shutil.copytree(TINY, folder)
    kind = _rows(folder / DATA / "indicators.csv")
    seen = _rows(folder / DATA / "observations.csv")
    model = next(row for row in kind if row["id"] == "patent-firms") | {"group": "context"}
    figure = next(row for row in seen if row["indicator"] == "grants" and row["area"] == "sample-zone")
    ids = [f"made-{number:04}" for number in range(indicators)]
    kind += [model | {"id": id, "order": str(100 + at)} | _names(at) for at, id in enumerate(ids)]
    seen += [
        figure | {"indicator": id, "period": f"{year}-{month:02}", "value": str(100 + at + year % 7)}
        for at, id in enumerate(ids)
        for year in range(FIRST_YEAR, FIRST_YEAR + years)
        for month in range(1, MONTHS + 1)
    ]
    _write(folder / DATA / "indicators.csv", kind, ("id",))
    _write(folder / DATA / "observations.csv", seen, ("indicator", "area", "period", "basis", "source", "series"))
    return folder


def _names(at: int) -> dict[str, str]:
    words = {"name_zh": f"虚构指标{at}号", "name_en": f"Made-up indicator {at}"}
    return words | {"short_zh": f"虚构{at}号", "short_en": f"Made-up {at}"}


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _write(file: Path, rows: list[dict[str, str]], key: tuple[str, ...]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: [row[column] for column in key]))
