from pathlib import Path

import pytest

from ipportal.errors import DataError
from ipportal.settings import read_settings

REAL = Path(__file__).parents[2] / "portal.toml"


def written(tmp_path, text):
    (tmp_path / "portal.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_real_file_is_a_demonstration():
    settings = read_settings(REAL.parent)
    assert settings.demo
    assert (settings.plan.baseline_year, settings.plan.last_year) == (2020, 2025)


def test_identity_numbers_end_the_demonstration(tmp_path):
    text = REAL.read_text(encoding="utf-8")
    for key in ("site_id", "icp", "public_security"):
        assert read_settings(written(tmp_path, text)).demo
        text = text.replace(f'{key} = ""', f'{key} = "4200000000"')
    assert not read_settings(written(tmp_path, text)).demo


def test_every_missing_entry_is_named_at_once(tmp_path):
    text = (
        REAL.read_text(encoding="utf-8")
        .replace("as_of = 2026-11-22\n", "")
        .replace("last_year = 2025", 'last_year = "x"')
    )
    with pytest.raises(DataError) as caught:
        read_settings(written(tmp_path, text))
    assert [p.where.column for p in caught.value.problems] == ["[data] as_of", "[plan] last_year"]
    assert caught.value.problems[1].message("zh") == "应为整数，现为“x”"


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DataError) as caught:
        read_settings(tmp_path)
    assert caught.value.problems[0].code == "settings-missing"


def test_broken_toml_is_told(tmp_path):
    with pytest.raises(DataError) as caught:
        read_settings(written(tmp_path, "[site\n"))
    assert caught.value.problems[0].code == "settings-broken"
