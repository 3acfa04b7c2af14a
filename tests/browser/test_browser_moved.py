"""Old addresses in a browser: with and without scripts, from a server and from files, with the place asked for."""

from dataclasses import replace

import pytest

from ipportal.data.settings import Move
from ipportal.files.assets import Assets
from ipportal.files.gather import moved_pages, write_files
from support.portals import TINY, tiny_portal
from support.server import serving

MOVES = (Move("old/plan.md", "new/plan.md"), Move("old/plan.md#part", "new/part.md#there"))
PAGE = b'<!doctype html><html lang="zh-Hans"><title>x</title><h1 id="there">%s</h1><p id="far">x</p></html>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder, tiny = tmp_path_factory.mktemp("moved"), tiny_portal()
    settings = replace(tiny.settings, moved=MOVES, plain_files=True)
    new = {f"new/{name}.html": PAGE % name.encode() for name in ("plan", "part")}
    write_files(new | Assets().files | moved_pages(replace(tiny, settings=settings), TINY), folder)
    return folder


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(
    ("asked", "with_scripts", "without"),
    [("", "plan.html", "plan.html"), ("#far", "plan.html#far", "plan.html"), ("#part", "part.html#there", "plan.html")],
)
@pytest.mark.parametrize("served", [True, False])
def test_an_old_address_leads_to_the_place_asked_for(browser, folder, scripts, asked, with_scripts, without, served):
    context = browser.new_context(java_script_enabled=scripts)
    with serving(folder, "/a/b/", strict=True) as address:
        page, base = context.new_page(), address if served else f"{folder.as_uri()}/"
        page.goto(f"{base}old/plan.html{asked}", wait_until="commit")
        page.wait_for_url(f"{base}new/{with_scripts if scripts else without}")
        page.wait_for_timeout(300)  # nothing leads away again
        assert page.url == f"{base}new/{with_scripts if scripts else without}"
    context.close()
