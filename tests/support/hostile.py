"""The small portal of tests/tiny with data and settings that try to become markup."""

import csv
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
#: As HTML, as an attribute, as Markdown, as the end of a title, a script or a drawing
ATTACK = "\"><script>alert(7)</script><img src=x onerror=alert(8)>[x](javascript:alert(9)) ' onmouseover='alert(10)"


def hostile_portal(folder: Path) -> Path:
    """A whole project in `folder` whose names, definitions and contact carry the attack; `check` lets it pass."""
    shutil.copytree(REPOSITORY / "tests/tiny", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        shutil.copyfile(REPOSITORY / name, folder / name)
    table = folder / "datapackages/indicators/data/indicators.csv"
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), reader.fieldnames or ()
    for row in rows:
        for column in ("name_zh", "name_en", "short_zh", "short_en", "definition_zh", "definition_en"):
            row[column] += ATTACK
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    settings = folder / "portal.toml"
    told = settings.read_text(encoding="utf-8")
    for key in ("name_zh", "name_en", "tagline_zh", "contact_zh", "contact_en"):
        line = next(line for line in told.splitlines() if line.startswith(f"{key} ="))
        told = told.replace(line, f"{key} = '''甲{ATTACK}'''")
    settings.write_text(told, encoding="utf-8")
    return folder
