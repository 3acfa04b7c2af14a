"""Bring the descriptors of this made-up portal up to date with the real ones.

Run it after a column, code list or key of a real package changed: python tests/tiny/copy_descriptors.py
The rows stay as they are; mend them by hand if `ipportal check --root tests/tiny` objects.
"""

import json
from pathlib import Path

HERE = Path(__file__).parent
REAL = HERE.parents[1] / "datapackages"


def tiny(descriptor: dict) -> dict:
    """The same structure, said to be made up."""
    name = descriptor["name"]
    return descriptor | {
        "title": f"{descriptor['title']}（虚构）",
        "title_en": f"{descriptor['title_en']} (made up)",
        "description": "测试用的虚构数据：地名、机构、数值都不是真的，不得引用。表的结构与同名的真实数据包一致。",
        "description_en": f"Made-up data for tests; nothing in it is real. Structured like the package {name}.",
        "keywords": ["虚构", "测试"],
        "keywords_en": ["made up", "test"],
        "temporal": {"start": "2020-01-01", "end": "2022-12-31"},
        "spatial": {"zh": "示例开发区（虚构）", "en": "Sample Zone (made up)"},
        "changes": [
            {
                "date": "2026-11-22",
                "version": "1.0.0",
                "what_zh": "虚构的首次发布。",
                "what_en": "A made-up first release.",
                "why_zh": "供测试使用。",
                "why_en": "For tests.",
            }
        ],
        "version": "1.0.0",
        "modified": "2026-11-22",
    }


def compact(value: object, level: int = 0) -> str:
    """JSON with one column to a line, so that the file stays short and its differences readable."""
    pad, line = "  " * level, json.dumps(value, ensure_ascii=False)
    nested = isinstance(value, (dict, list)) and ("resources" in line or '"fields": [{' in line)
    if not nested or not value:
        return line
    if isinstance(value, list):
        return "[\n" + ",\n".join(f"{pad}  {compact(item, level + 1)}" for item in value) + f"\n{pad}]"
    parts = (f"{pad}  {json.dumps(key)}: {_entry(key, item, level)}" for key, item in value.items())
    return "{\n" + ",\n".join(parts) + f"\n{pad}}}"


def _entry(key: str, value: object, level: int) -> str:
    if key == "fields" and isinstance(value, list) and isinstance(value[0], dict):
        pad = "  " * (level + 1)
        columns = ",\n".join(f"{pad}  {json.dumps(column, ensure_ascii=False)}" for column in value)
        return f"[\n{columns}\n{pad}]"
    return compact(value, level + 1)


if __name__ == "__main__":
    for path in sorted(REAL.glob("*/datapackage.json")):
        descriptor = tiny(json.loads(path.read_text(encoding="utf-8")))
        target = HERE / "datapackages" / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(compact(descriptor) + "\n", encoding="utf-8", newline="\n")
