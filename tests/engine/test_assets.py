"""The one style sheet and the one script of a page, and what else pages load by a name that tells its content."""

import hashlib
import re

import pytest

from ipportal.data.manuscripts import PROGRAM
from ipportal.files.assets import FIT, FOLDER, MARK, Assets

THEME = PROGRAM / "theme/assets"
#: In the order in which later rules win over earlier ones
ORDER = ["tokens", "frame", "prose", "components", "figures", "blocks", "plan", "cases", "help", "charts", "print"]


def text(assets, name):
    return assets.files[assets.path(name)].decode()


def sent(file):
    """What readers load of a source: all but the lines that are there for those who read it."""
    lines, inside = [], False
    for line in file.read_text(encoding="utf-8").rstrip().split("\n"):
        told = inside or line.lstrip().startswith(("//", "/*"))
        inside = told and "*/" not in line and not line.lstrip().startswith("//")
        lines += [] if told else [line]
    return "\n".join(lines)


@pytest.fixture
def light(monkeypatch):
    """Without the library for interactive charts, which takes a second to join."""
    monkeypatch.setattr(Assets, "_vega", {})


@pytest.fixture
def css(tmp_path, light):
    folder = tmp_path / "overrides/assets/css"
    folder.mkdir(parents=True)
    return folder


def test_every_name_tells_the_content_and_every_source_is_used():
    assets = Assets()
    for path, data in assets.files.items():
        if path == FIT:
            continue
        assert MARK.search(path)[0] == f".{hashlib.sha256(data).hexdigest()[:12]}" and path.startswith(FOLDER)
    assert dict(Assets().files) == dict(assets.files)
    everything = "".join(data.decode() for data in assets.files.values())
    sources = [*THEME.rglob("*.css"), *THEME.rglob("*.js")]
    assert len(sources) > 20
    assert [file.name for file in sources if sent(file) not in everything] == []
    assert "/**" not in everything and "\n//" not in everything


def test_style_sheets_keep_their_order_and_that_of_paper_its_medium(light):
    sheet = text(Assets(), "site.css")
    places = [sheet.index(sent(THEME / f"css/{name}.css")) for name in ORDER]
    assert places == sorted(places)
    before = sheet[: places[-1]]
    assert before.endswith("@media print {\n") and sheet.rstrip().endswith("}")
    assert before.count("{") == before.count("}") + 1 and sheet.count("{") == sheet.count("}")


def test_a_portal_s_own_sheets_come_last_and_take_the_place_of_the_program_s(tmp_path, css):
    plain = Assets()
    (css / "colours.css").write_bytes(b"\xef\xbb\xbf:root { --main: #123456 }")
    (css / "frame.css").write_text(".own-frame { }")
    own = Assets(tmp_path)
    for name in ("site.css", "embed.css"):
        assert text(own, name).endswith("\n:root { --main: #123456 }\n")
        assert own.path(name) != plain.path(name)
    assert own.path("site.js") == plain.path("site.js")
    assert ".own-frame { }" in text(own, "site.css") and ".ip-head-row {" in text(plain, "site.css")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("url(../svg/a.svg)", "url(../svg/a.svg)"),
        ('url( "../svg/a.svg" )', 'url( "../svg/a.svg" )'),
        ("url(a.png)", "url(../css/a.png)"),
        ("url('b/a.png')", "url('../css/b/a.png')"),
        ("url(./a.png)", "url(../css/./a.png)"),
        ("url(data:image/png;base64,a)", "url(data:image/png;base64,a)"),
        ("url(#a)", "url(#a)"),
    ],
)
def test_addresses_inside_a_sheet_stay_true(tmp_path, css, written, found):
    (css / "own.css").write_text(f"p {{ background: {written} }}")
    assert text(Assets(tmp_path), "site.css").endswith(f"p {{ background: {found} }}\n")


def test_the_first_script_runs_at_once_and_each_other_once_the_page_is_read(light):
    script = text(Assets(), "site.js")
    assert script.startswith(sent(THEME / "js/elder.js"))
    parts = re.findall(r"^document\.addEventListener\('DOMContentLoaded', \(\) => \{\n\(\(\) =>", script, re.MULTILINE)
    assert len(parts) == script.count("document.addEventListener('DOMContentLoaded'") == 8
    # which a part that runs later would not find
    assert "currentScript" not in script
