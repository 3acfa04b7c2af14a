"""What a register of made-up patents costs: to read and check, to count, to write its files.

usage: python tests/benchmarks/bench_registers.py [--rows N] [--folder FOLDER]

Prints processor seconds and the most memory for a person to judge; asserts only that the counts are those of SQL over
the export itself. The aim for ten million rows is 140 seconds and 2 GB. With a folder the rows are kept for the next
run; they take 180 MB a million, and reading them six times that while it lasts.
"""

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from ipportal.data.packages import read_packages
from ipportal.data.registers import Aggregate
from ipportal.data.settings import read_settings
from ipportal.files.registers import publish
from ipportal.registers import editions, limits
from ipportal.registers.counting import count

GRANTED = Aggregate("", 1, "patents", "", "", "", "", "grant_date", where={"kind": ["invention"], "main_class": ["H*"]})
BY_HAND = """SELECT year(strptime("授权公告日", '%Y.%m.%d')) AS year, count(*) FROM read_csv('{}', all_varchar=true)
WHERE "专利类型" = '发明专利' AND "主分类号" LIKE 'H%' AND "授权公告日" <> '' GROUP BY 1"""


def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(root):
    settings, raw, start = read_settings(root), read_packages(root), spent()
    (edition,), _, problems = editions(root, raw, settings)
    assert not problems, problems[0].line("en")
    checked = spent()
    ((_, counts),) = count(edition, [GRANTED], settings)
    counted = spent()
    package = next(each for each in raw if each.name == "indicators")
    made = publish(edition, package.descriptor, settings.languages, limits(settings))
    published = spent()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{edition.rows:,} rows, {len(made.files)} files, processor seconds:")
    print(f"read, check, sort {checked - start:6.1f}")
    print(f"count             {counted - checked:6.1f}")
    print(f"publish           {published - counted:6.1f}")
    print(f"together          {published - start:6.1f}, at most {memory:,} MB")
    by_hand = dict(duckdb.sql(BY_HAND.format(root / "registers/patents.csv")).fetchall())
    assert {year: n for year, n in counts.items() if n} == {year: n for year, n in by_hand.items() if year in counts}
    print(f"the counts of {len(counts)} years are those of SQL over the export")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = given.folder or Path(temporary) / "portal"
        if not place.exists():  # elsewhere, since this process's memory is measured
            subprocess.run([sys.executable, "-m", "support.registers", place, "--rows", str(given.rows)], check=True)
        shutil.rmtree(place / ".cache", ignore_errors=True)
        measured(place)
