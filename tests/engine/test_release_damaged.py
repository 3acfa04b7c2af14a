"""A ledger and frozen descriptions that are not what was released are told by every verb, and end none in a fault."""

import json

import pytest

from ipportal.base.errors import DataError
from ipportal.cli import main
from ipportal.data.ledger import LEDGER, read_ledger
from ipportal.files.identity import sha256


def damaged_ledgers():
    """A sound ledger with one of its entries null, a number, a list, gone, written twice or nested without end."""
    entry = {"package": "plan", "version": "1.0.0", "date": "2026-11-22", "previous": "", "changes": []}
    entry |= {"what": {"zh": "首次发布。", "en": "First release."}, "why": {"zh": "公开。", "en": "Published."}}
    entry["files"] = [{"path": "datapackage.json", "bytes": 1, "sha256": "0" * 64}]
    for name in entry:
        for value in (None, 7, [], {"zh": 1}, "a/../b"):
            if value != entry[name] and not (name in ("date", "previous") and isinstance(value, str)):
                yield json.dumps({"releases": [entry | {name: value}]})
        yield json.dumps({"releases": [{key: value for key, value in entry.items() if key != name}]})
    yield json.dumps({"releases": [entry]}).replace('"version"', '"version": "9.9.9", "version"')
    yield from ("", "{", "[]", "null", "[" * 100_000, '{"releases": {}}', '{"releases": [null]}', '{"releases": [[]]}')


def test_a_broken_ledger_is_told(tmp_path):
    (tmp_path / "releases").mkdir()
    for content in damaged_ledgers():
        (tmp_path / LEDGER).write_text(content, encoding="utf-8")
        with pytest.raises(DataError, match="release-ledger-broken"):
            read_ledger(tmp_path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "release-file-changed"),
        (b"\xff{", "release-file-changed"),
        (b"[[]]", "release-ledger-broken"),
        (b'{"resources": [{"name": "measures", "schema": null}]}', "release-ledger-broken"),
        (b'{"resources": [{"name": "other", "schema": {"fields": []}}]}', "release-file-missing"),
    ],
)
def test_a_damaged_frozen_description_is_told_by_every_verb(released, capsys, content, told):
    """Also where the ledger was written to fit, so that only the content speaks against it."""
    path = "releases/recognition/1.0.0/datapackage.json"
    ledger = json.loads((released / LEDGER).read_bytes())
    if told != "release-file-changed":
        last = ledger["releases"][-1]
        assert last["package"] == "recognition"
        next(f for f in last["files"] if f["path"] == "datapackage.json")["sha256"] = sha256(content)
    (released / path).write_bytes(content)
    (released / LEDGER).write_text(json.dumps(ledger), encoding="utf-8")
    for words in (["check"], ["check", "--official"], ["release", "--all"], ["diff"], ["build", "--official"]):
        assert main([*words, "--root", str(released), "--lang", "en"]) == 1
        assert told in "".join(capsys.readouterr()), words
