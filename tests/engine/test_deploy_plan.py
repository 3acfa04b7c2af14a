"""What a publication plans before anything is sent: which files go first, which deployments stay."""

from ipportal.deploy.target import (
    compare,
    fingerprint,
    next_deployment,
    outdated,
    previous_deployment,
    unfinished,
    waves,
)


def test_changes_are_found_by_hash() -> None:
    changes = compare({"a": "1", "b": "1", "c": "1"}, {"b": "1", "c": "2", "d": "1"})
    assert (changes.added, changes.changed, changes.removed) == (("d",), ("c",), ("a",))
    assert changes and not compare({"a": "1"}, {"a": "1"})


def test_assets_go_before_pages_and_lists() -> None:
    paths = ["index.html", "a.css", "data/manifest.json", "sitemap.xml", "data/x.csv", "pagefind/pagefind-entry.json"]
    assets, pages = waves(paths)
    assert assets == ["a.css", "data/x.csv"]
    assert set(assets) | set(pages) == set(paths)


def test_the_fingerprint_follows_names_and_contents() -> None:
    marks = {fingerprint(i) for i in ({"a": "1"}, {"b": "1"}, {"a": "2"}, {"a": "1", "b": "1"}, {})}
    assert len(marks) == 5 and fingerprint({"a": "1", "b": "2"}) == fingerprint({"b": "2", "a": "1"})


MARK = "0123456789ab"
NAMES = [f"{number:04d}-{MARK}" for number in (1, 2, 3, 9, 10)]


def test_deployments_count_on_as_numbers() -> None:
    assert next_deployment([], MARK) == NAMES[0]
    assert next_deployment([*NAMES, "current", "9999-not-one"], MARK) == f"0011-{MARK}"
    assert next_deployment([f"9999-{MARK}"], MARK) == f"10000-{MARK}"
    assert previous_deployment([f"9999-{MARK}", f"10000-{MARK}"], f"10000-{MARK}") == f"9999-{MARK}"
    assert previous_deployment(NAMES, NAMES[3]) == NAMES[2]
    assert previous_deployment(NAMES, NAMES[0]) is None


def test_as_many_deployments_stay_as_asked() -> None:
    assert outdated(NAMES, NAMES[4], NAMES[3], keep=2) == NAMES[:2]
    assert outdated(NAMES, NAMES[4], NAMES[3], keep=9) == []


def test_a_deployment_rolled_back_from_is_not_kept() -> None:
    # 3 and 9 were withdrawn: 2 stood when 10 came
    assert outdated(NAMES, NAMES[4], NAMES[1], keep=3) == NAMES[2:4]


def test_an_upload_cut_off_is_taken_up_again() -> None:
    assert unfinished(NAMES[:3], NAMES[1], MARK) == NAMES[2]
    assert unfinished(NAMES[:3], NAMES[2], MARK) == ""
    assert unfinished(NAMES[:3], NAMES[1], "ba9876543210") == ""
