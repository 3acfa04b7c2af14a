"""The joint to the site generator, with a stand-in for it."""

from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment
from mkdocs.exceptions import PluginError

from ipportal import macros

ROOT = Path(__file__).parents[2]
SOURCE = "---\norder: 1\n---\n\n# Title\n\n{}\n"


@pytest.fixture
def env(portal, monkeypatch):
    monkeypatch.setattr(macros, "load", lambda root: portal)
    file = SimpleNamespace(src_uri="progress/index.md", content_string="")
    conf = {
        "config_file_path": str(ROOT / "mkdocs.en.yml"),
        "theme": {"language": "en"},
        "use_directory_urls": True,
        "extra": {},
        "plugins": SimpleNamespace(events=defaultdict(list)),
    }
    made = SimpleNamespace(conf=conf, page=SimpleNamespace(file=file))
    macros.define_env(made)
    return made


def shown(env, text):
    """What the plugin gets for the body of a page."""
    env.page.file.content_string = SOURCE.format(text)
    return env.render(markdown=f"# Title\n\n{text}\n", force_rendering=False)


def test_macros_know_the_page_and_the_language(env):
    text = shown(env, '{{ figure("invention-grants", "2021") }}')
    assert '<a class="ip-fig" href="../indicators/' in text and "1,443 patents" in text


def test_the_frame_gets_its_facts(env):
    assert env.conf["extra"]["portal"]["name"] == "Chegu IP Open Portal"


@pytest.mark.parametrize("text", ['{{ figure("no-such-indicator", "2021") }}', '{{ config["no-such-indicator"] }}'])
def test_a_mistake_on_a_page_stops_the_build_in_plain_words(env, text):
    with pytest.raises(PluginError) as caught:
        shown(env, text)
    said = str(caught.value)
    assert "docs/en/progress/index.md" in said and "7" in said
    assert "no-such-indicator" in said
    assert "Traceback" not in said


def test_the_theme_escapes_what_it_shows(env):
    theme = Environment()
    for made in env.conf["plugins"].events["env"]:
        theme = made(theme, config=None, files=None)
    assert theme.from_string("<b>{{ name }}</b>{{ html | safe }}").render(name='"><i>', html="<i>") == (
        "<b>&#34;&gt;&lt;i&gt;</b><i>"
    )
