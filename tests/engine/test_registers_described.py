"""Registers: how they are described, and what is said where a description does not fit."""

import json

import pytest

from ipportal.base.text import LANGS
from ipportal.data.packages import RawPackage
from ipportal.data.registers import read_registers

COLUMN = {"title": {"zh": "编号", "en": "number"}, "description": {"zh": "编号", "en": "number"}, "source": "office"}


def described(root, own=None, aggregates="", **entry):
    folder = root / "datapackages/help"
    (folder / "profiles").mkdir(parents=True)
    if own is not None:
        text = own if isinstance(own, str) else json.dumps(own)
        (folder / "profiles/own.json").write_text(text, encoding="utf-8")
    (folder / "aggregates.toml").write_text(aggregates, encoding="utf-8")
    told = {"name": "own", "kind": "register", "profile": "own", "version": "2026-11-01", "source": ["a.csv"]} | entry
    return read_registers(root, [RawPackage("help", folder, "datapackage.json", {}, (), (), LANGS, (told,))])


@pytest.mark.parametrize("name", ["patents", "trademarks"])
def test_the_profiles_of_the_program_say_what_every_column_means_and_where_that_is_settled(tmp_path, name):
    (register,), _, faults = described(tmp_path, profile=name)
    assert faults == []
    assert {column.name for column in register.columns if column.person} >= {"agent"}
    for column in register.columns:
        assert column.source and column.title.zh != column.title.en and column.description.zh != column.description.en
    spelt = [name for column in register.columns for name in column.names]
    assert "申请号" in spelt and "申请人" in spelt


def test_a_profile_of_ones_own_begins_from_another(tmp_path):
    own = {"like": "patents", "columns": {"district": COLUMN | {"from": ["所在区"], "link": "areas.id"}}}
    (register,), _, faults = described(tmp_path, own)
    assert faults == []
    assert register.key == ("application_number",)
    assert [column.name for column in register.published][-1] == "district"


SOUND = {"columns": {"id": COLUMN | {"from": ["编号"]}}}
MISFITS = {
    "no-json": ("{", {}, "syntax"),
    "no-source": ({"columns": {"id": {"title": {"zh": "一", "en": "one"}}}}, {}, "missing"),
    "one-language": ({"columns": {"id": COLUMN | {"title": {"zh": "一"}, "from": ["编号"]}}}, {}, "missing"),
    "strange-entry": (SOUND | {"sorted": True}, {}, "unused"),
    "strange-key": (SOUND | {"key": ["nothing"]}, {}, "column"),
    "no-date": (SOUND | {"partition": "id"}, {}, "column"),
    "person": ({"columns": {"id": COLUMN | {"from": ["编号"], "person": True}}, "key": ["id"]}, {}, "column"),
    "pattern": ({"columns": {"id": COLUMN | {"from": ["编号"], "pattern": "("}}}, {}, "pattern"),
    "like-nothing": (SOUND | {"like": "nothing"}, {}, "missing"),
    "no-profile": (None, {}, "missing"),
    "no-toml": (SOUND, {"aggregates": "[[aggregate"}, "syntax"),
    "half-a-count": (SOUND, {"aggregates": '[[aggregate]]\nregister = "own"'}, "missing"),
}


@pytest.mark.parametrize("case", MISFITS)
def test_what_does_not_fit_is_told(tmp_path, case):
    profile, more, kind = MISFITS[case]
    assert {fault.kind for _, fault in described(tmp_path, profile, **more)[2]} == {kind}
