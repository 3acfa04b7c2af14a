"""Bring the descriptors of the second made-up portal up to date with the structure of the real ones.

Run it after a column or key of a real package changed: python tests/second/copy_descriptors.py
Subjects, units and breakdowns are this portal's own. The rows stay as they are.
"""

import json
import runpy
from pathlib import Path

HERE = Path(__file__).parent
TINY = runpy.run_path(str(HERE.parent / "tiny" / "copy_descriptors.py"))

TITLES = {
    "indicators": ("气候与学校：指标与观测值（虚构）", "Climate and schools: indicators and observations (made up)"),
    "plan": ("气候与学校：规划措施（虚构）", "Climate and schools: the plans' measures (made up)"),
}
SPATIAL = {"zh": "澄溪镇（虚构）", "en": "Clearbrook Town (made up)"}


def quantity(value: str, zh: str, en: str, *, divisible: bool = True, additive: bool = True, **more: object) -> dict:
    """A kind of unit with what may be done with its values."""
    told = {"value": value, "label": zh, "label_en": en, "style": "plain", "divisible": divisible, "minimum": 0}
    return {**told, "additive": additive, **more}


def label(value: str, zh: str, en: str, **more: object) -> dict:
    """A code with its names."""
    return {"value": value, "label": zh, "label_en": en, **more}


#: Table and column → its own codes
CODES = {
    ("indicators", "topic"): [label("climate", "气候", "climate"), label("schools", "学校", "schools")],
    ("series", "dimension"): [label("user", "用户", "user", parts="separate")],
    ("areas", "level"): [label("zone", "镇", "town"), label("city", "县", "county")],
    ("units", "kind"): [
        quantity("count", "件数", "count", divisible=False),
        quantity("ratio", "比值", "ratio", additive=False, per_head=True),
        quantity("percent", "百分比", "percent", style="percent", maximum=100, additive=False),
        quantity("mass", "质量", "mass"),
        quantity("energy", "能量", "energy"),
        quantity("length", "长度", "length"),
        quantity("land", "面积", "area of land"),
    ],
}


def second(descriptor: dict) -> dict:
    """The same structure for another subject, said to be made up."""
    title, title_en = TITLES[descriptor["name"]]
    found = TINY["tiny"](descriptor) | {
        "title": title,
        "title_en": title_en,
        "theme": {"code": "environment", "zh": "资源环境", "en": "Environment"},
        "temporal": {"start": "2020-01-01", "end": "2028-06-30"},
        "spatial": SPATIAL,
        "modified": "2028-06-30",
        "changes": [{**descriptor["changes"][-1], "date": "2028-06-30", "version": "1.0.0"}],
    }
    for resource in found["resources"]:
        for column in resource["schema"]["fields"]:
            if codes := CODES.get((resource["name"], column["name"])):
                column["categories"] = codes
                column["constraints"] = column.get("constraints", {}) | {"enum": [code["value"] for code in codes]}
    return found


if __name__ == "__main__":
    for name in TITLES:
        descriptor = json.loads((TINY["REAL"] / name / "datapackage.json").read_text(encoding="utf-8"))
        target = HERE / "datapackages" / name / "datapackage.json"
        target.write_text(TINY["compact"](second(descriptor)) + "\n", encoding="utf-8", newline="\n")
