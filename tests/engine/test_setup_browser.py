"""The set-up of browser, font and Java: what it sees, what it installs, and that it fails when something is missing."""

import dataclasses
import subprocess
from pathlib import Path

import pytest

import setup_browser


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing on the PATH but the programs put into this folder."""
    monkeypatch.setattr(setup_browser, "FIREFOX_PLACES", ())
    monkeypatch.setattr(setup_browser.sys, "argv", ["setup_browser.py"])
    for name in ("CHROMIUM", "FIREFOX", "NO_INSTALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(setup_browser, "BROWSER_PLACES", ())
    monkeypatch.setattr(setup_browser, "NGINX_PLACES", ())
    monkeypatch.setattr(setup_browser, "SSHD_PLACES", ())
    monkeypatch.setattr(setup_browser.platform, "system", lambda: "Linux")
    return tmp_path


def program(folder: Path, name: str, words: str = "exit 0") -> Path:
    """Put a small program into the folder."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{words}\n")
    file.chmod(0o755)
    return file


def test_nothing_there(bare: Path) -> None:
    assert setup_browser.missing() == list(setup_browser.NEEDS)
    assert setup_browser.apt_prefix() is None


def test_everything_there(bare: Path) -> None:
    chromium = program(bare, "google-chrome")
    for name in ("firefox", "java", "rsync", "sshd", "nginx", "caddy", "curl", "Rscript"):
        program(bare, name)
    program(bare, "fc-list", "echo Noto Sans CJK SC")
    assert setup_browser.find_chromium() == str(chromium)
    assert setup_browser.missing() == []


def test_the_variable_overrules_the_path(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "chromium")
    chosen = program(bare, "my-browser")
    monkeypatch.setenv("CHROMIUM", str(chosen))
    assert setup_browser.find_chromium() == str(chosen)
    monkeypatch.setenv("CHROMIUM", str(bare / "none"))
    assert setup_browser.find_chromium() is None


def test_a_java_that_does_not_start_is_no_java(bare: Path) -> None:
    program(bare, "java", "exit 1")
    assert setup_browser.find_java() is None


def test_fonts_without_chinese_do_not_count(bare: Path) -> None:
    program(bare, "fc-list", "exit 0")
    assert not setup_browser.has_chinese_font()


@pytest.mark.parametrize("system", ["Darwin", "Windows"])
def test_some_systems_always_bring_the_font(bare: Path, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(setup_browser.platform, "system", lambda: system)
    assert setup_browser.has_chinese_font()


def test_installing_needs_the_right_to(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "apt-get")
    monkeypatch.setattr(setup_browser.os, "geteuid", lambda: 0)
    assert setup_browser.apt_prefix() == []
    monkeypatch.setattr(setup_browser.os, "geteuid", lambda: 1000)
    assert setup_browser.apt_prefix() is None
    sudo = program(bare, "sudo", "exit 1")
    assert setup_browser.apt_prefix() is None
    program(bare, "sudo")
    assert setup_browser.apt_prefix() == [str(sudo), "-n"]
    monkeypatch.setenv("NO_INSTALL", "1")
    assert setup_browser.apt_prefix() is None


def test_missing_packages_are_installed_and_looked_for_again(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    here = {"chromium": False}

    def pretend(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        said.append(" ".join(command))
        here["chromium"] = here["chromium"] or "install" in command
        return subprocess.CompletedProcess(command, 0)

    need = dataclasses.replace(setup_browser.NEEDS[0], present=lambda: here["chromium"])
    monkeypatch.setattr(setup_browser, "NEEDS", (need,))
    monkeypatch.setattr(setup_browser, "apt_prefix", list)
    monkeypatch.setattr(setup_browser.subprocess, "run", pretend)
    assert setup_browser.main() == 0
    assert [line.split("-qq ")[1] for line in said] == ["update", "install -y --no-install-recommends chromium"]


def test_what_stays_missing_is_named_and_fails(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert setup_browser.main() == 1
    said = capsys.readouterr().err
    for word in (
        "apt-get install chromium firefox-esr fontconfig fonts-noto-cjk",
        "dnf install",
        "brew install",
        "winget install",
    ):
        assert word in said
