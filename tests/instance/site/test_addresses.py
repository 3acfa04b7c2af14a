"""Every address of the first edition still answers: pages and places on them, files, charts, frames and feeds.

`tests/instance/addresses.csv` lists them: pages by their path with the places a reader may have kept (`zh` and `en`:
those of one language only), files by the beginning of their names with all endings. Rows are only ever added.
"""

import csv
import json
from pathlib import Path
from posixpath import join, normpath

LIST = Path(__file__).parents[1] / "addresses.csv"
TREES = {"zh": "", "en": "en/"}


def kept():
    """Kind, address and parts of every row."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return [(row["kind"], row["address"], row["parts"].split(" ")) for row in csv.DictReader(file)]


def found(tree, folder, link=""):
    """The page a link from a folder leads to."""
    return tree.page(normpath(join(folder, link, "index.html")))


def lost(tree, folder, places):
    """The places asked for that are neither on the page of a folder nor on the pages it leads on to."""
    page = found(tree, folder)
    gone = set(filter(None, places)) - page.anchors
    for leads in page.document.xpath("//@data-moved"):
        links = json.loads(leads)
        for place in list(gone):
            target, _, there = links.get(place, f"{links[''].partition('#')[0]}#{place}").partition("#")
            if there in found(tree, folder, target).anchors:
                gone.remove(place)
    return gone


def test_every_page_and_place_still_answers(tree):
    missing = []
    for kind, path, places in kept():
        for prefix in TREES.values() if kind == "page" else [TREES[kind]] if kind in TREES else []:
            folder = prefix + path
            if found(tree, folder) is None:
                missing.append(folder)
            else:
                missing += [f"{folder}#{place}" for place in sorted(lost(tree, folder, places))]
    assert missing == []


def test_every_file_still_answers(built_site):
    files = [f"{path}.{part}".rstrip(".") for kind, path, parts in kept() if kind == "file" for part in parts]
    assert [file for file in files if not (built_site / file).is_file()] == []
    assert len(files) > 1000
