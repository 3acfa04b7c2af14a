"""Made-up rows of a register of patents, as a national system exports them: seeded, as many as are wanted.

usage: python -m support.registers FOLDER [--rows N]

writes a portal with such a register, from which `ipportal register publish` makes its files. No row is anybody's.
"""

import argparse
import json
import shutil
from pathlib import Path

import duckdb

TINY = Path(__file__).resolve().parents[1] / "tiny"
COLUMNS = (
    "申请号",
    "公开（公告）号",
    "专利名称",
    "专利类型",
    "主分类号",
    "申请人",
    "申请日",
    "公开（公告）日",
    "授权公告日",
)
COLUMNS = (*COLUMNS, "法律状态", "发明人", "代理机构地址")
AGGREGATES = """[[aggregate]]
register = "patents"
indicator = "{indicator}"
area = "{area}"
basis = "{basis}"
source = "{source}"
date = "grant_date"
where = {{ kind = ["invention"], main_class = ["H*"] }}
"""
_ROWS = """
WITH numbered AS (
    SELECT i, (hash(i * 2 + {seed}) >> 1)::BIGINT AS h,
        (hash(i * 3 + {seed}) >> 1)::BIGINT AS g, (hash(i * 5 + {seed}) >> 1)::BIGINT AS k
    FROM range({rows}) t(i)
), drawn AS (
    SELECT *, 2001 + (h % 25)::INT AS year, 1 + (g % 3)::INT AS kind, (h >> 20) % 100 AS share,
        DATE '2001-01-01' + ((h % 25)::INT * 365 + ((k >> 7) % 360)::INT) AS filed
    FROM numbered
)
SELECT
    year(filed) || kind::VARCHAR || lpad((i % 10000000)::VARCHAR, 7, '0') || '.' || (h % 10)::VARCHAR AS "申请号",
    'CN' || (100000000 + i)::VARCHAR || ['A', 'U', 'S'][kind] AS "公开（公告）号",
    '一种' || ['高效', '智能', '便携', '低功耗', '轻量', '可调'][1 + (g >> 3) % 6]
        || ['电池', '电机', '车灯', '座椅', '传感器', '控制器', '制动'][1 + (g >> 9) % 7]
        || ['装置', '系统', '方法', '结构', '组件'][1 + (g >> 15) % 5] || (k % 997)::VARCHAR AS "专利名称",
    ['发明专利', '实用新型', '外观设计'][kind] AS "专利类型",
    CASE kind WHEN 3 THEN lpad((1 + k % 32)::VARCHAR, 2, '0') || '-' || lpad((1 + (k >> 6) % 16)::VARCHAR, 2, '0')
        ELSE ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'][1 + k % 8] || lpad((1 + (k >> 4) % 40)::VARCHAR, 2, '0')
        || ['B', 'C', 'D', 'H', 'L', 'M'][1 + (k >> 11) % 6] || (1 + (k >> 15) % 30)::VARCHAR || '/'
        || lpad(((k >> 20) % 90)::VARCHAR, 2, '0') END AS "主分类号",
    CASE WHEN share < 8 THEN ['王', '李', '张', '刘'][1 + k % 4] || ['某甲', '某乙', '某丙'][1 + (k >> 5) % 3]
        WHEN share < 16 THEN '示例' || (g % 9000)::VARCHAR || '科技有限公司；示例' || (k % 40)::VARCHAR || '大学'
        ELSE '示例' || (g % {firms})::VARCHAR || '股份有限公司' END AS "申请人",
    CASE k % 3 WHEN 0 THEN strftime(filed, '%Y%m%d') WHEN 1 THEN strftime(filed, '%Y.%m.%d')
        ELSE strftime(filed, '%Y-%m-%d') END AS "申请日",
    strftime(filed + 540, '%Y.%m.%d') AS "公开（公告）日",
    CASE WHEN share < 60 THEN strftime(filed + 900, '%Y.%m.%d') ELSE '' END AS "授权公告日",
    CASE WHEN share < 60 THEN '有效' WHEN share < 80 THEN '审中' ELSE '失效' END AS "法律状态",
    ['赵', '钱', '孙'][1 + k % 3] || '发明人' AS "发明人",
    '不公布的地址' || (k % 100)::VARCHAR AS "代理机构地址"
FROM drawn ORDER BY i
"""


def write_rows(path, rows, seed=1):
    """An export of that many rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    query = _ROWS.format(rows=rows, seed=seed, firms=max(20, rows // 40))
    duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT csv, HEADER)")


def portal_with_register(folder, rows=2_000, **entry):
    """A copy of the small portal whose indicators have a register of patents beside them, and the export of it."""
    shutil.copytree(TINY, folder, dirs_exist_ok=True)
    write_rows(folder / "registers/patents.csv", rows)
    add_register(folder, source=["registers/patents*.csv"], **entry)
    return folder


def add_register(root, package="indicators", **entry):
    """Name a register in a package's description."""
    path = root / f"datapackages/{package}/datapackage.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    usual = {"name": "patents", "kind": "register", "profile": "patents", "version": "2026-11-01"}
    told["resources"].append(usual | entry)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


PAGE = """---
page_kind: article
parent: index.md
description: "{title}"
---

# {title}

{{{{ register("patents") }}}}

{{{{ register_downloads("patents") }}}}
"""


def pages_with_register(root):
    """Give a portal with a register what a build asks for: a page of the register, in both languages."""
    for lang, title in (("zh", "专利登记"), ("en", "Register of patents")):
        place = root / "docs" / lang
        (place / "patents.md").write_text(PAGE.format(title=title), encoding="utf-8")
        with (place / "indicators/grants.md").open("a", encoding="utf-8") as file:
            file.write('\n{{ values("grants") }}\n')
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        shutil.copyfile(TINY.parents[1] / name, root / name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    given = parser.parse_args()
    portal_with_register(given.folder, given.rows)
    pages_with_register(given.folder)
