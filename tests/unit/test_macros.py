"""The joint to the site generator, with a stand-in for it."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from ipportal import macros
from ipportal.blocks import MACROS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def env(portal, monkeypatch):
    monkeypatch.setattr(macros, "load", lambda root: portal)
    found = {}
    page = SimpleNamespace(file=SimpleNamespace(src_uri="progress/index.md"))
    conf = {
        "config_file_path": str(ROOT / "mkdocs.en.yml"),
        "theme": {"language": "en"},
        "use_directory_urls": True,
        "extra": {},
    }
    made = SimpleNamespace(conf=conf, page=page, macros=found, macro=lambda block, name: found.__setitem__(name, block))
    macros.define_env(made)
    return made


def test_every_macro_is_registered_under_its_name(env):
    assert set(env.macros) == set(MACROS)
    assert env.macros["figure"].__doc__ == MACROS["figure"].__doc__


def test_macros_know_the_page_and_the_language(env):
    assert env.macros["figure"]("invention-grants", "2021").startswith('<a class="ip-fig" href="../indicators/')
    assert "1,443 patents" in env.macros["figure"]("invention-grants", "2021")


def test_the_frame_gets_its_facts(env):
    assert env.conf["extra"]["portal"]["name"] == "Chegu IP Open Portal"


def test_a_mistake_on_a_page_stops_the_build_in_plain_words(env):
    with pytest.raises(PluginError) as caught:
        env.macros["figure"]("no-such-indicator", "2021")
    said = str(caught.value)
    assert "docs/en/progress/index.md" in said
    assert "no-such-indicator" in said
    assert "Traceback" not in said
