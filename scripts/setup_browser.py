"""Make sure of what the tests need beside Python: browsers, a Chinese font, Java, rsync, sshd, nginx, Caddy, curl, R.

Run as ``python scripts/setup_browser.py``; with ``--slow`` for what the slow tests need too. On a Debian-like system
with the right to install (root, or sudo without a password) missing packages are installed; elsewhere the commands to
install them are printed. The exit code is 0 only when everything is there: a check that cannot run must not look as if
it had passed.
Set ``NO_INSTALL=1`` to look only.

Only the standard library is used, so that the module works before anything is installed.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

BROWSER_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
BROWSER_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
FIREFOX_NAMES = ("firefox-esr", "firefox")
FIREFOX_PLACES = (
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    r"C:\Program Files\Mozilla Firefox\firefox.exe",
)
#: The bindings of GTK are for it alone
SYSTEM_PYTHON = "/usr/bin/python3"
#: A Chromium of 2022, the oldest in which everything works: the package that brings it, and where it is kept
OLD_PACKAGE = "@sparticuz/chromium@107.0.0"
OLD_CHROMIUM = Path(__file__).resolve().parents[1] / ".cache" / "chromium-107" / "chromium"
# off the PATH of ordinary users on Debian
NGINX_PLACES = ("/usr/sbin/nginx",)
SSHD_PLACES = ("/usr/sbin/sshd",)


@dataclass(frozen=True)
class Need:
    """One thing the tests cannot do without, how to see it is there, and how to get it."""

    zh: str
    en: str
    present: Callable[[], bool]
    debian: tuple[str, ...]
    fedora: str
    macos: str  # empty: part of the system
    windows: str


def find_chromium() -> str | None:
    """Path of a Chromium-based browser: the variable CHROMIUM, then the PATH, then the usual places."""
    return _find("CHROMIUM", BROWSER_NAMES, BROWSER_PLACES)


def find_firefox() -> str | None:
    """Path of a Firefox: the variable FIREFOX, then the PATH, then the usual places."""
    return _find("FIREFOX", FIREFOX_NAMES, FIREFOX_PLACES)


def _find(variable: str, names: Sequence[str], places: Sequence[str]) -> str | None:
    if chosen := os.environ.get(variable):
        return shutil.which(chosen)
    on_path = (shutil.which(name) for name in names)
    in_place = (place for place in places if Path(place).is_file())
    return next((found for found in (*on_path, *in_place) if found), None)


def fetch_old_chromium() -> None:
    """Unpack the old Chromium of `OLD_PACKAGE`, which npm fetches, to `OLD_CHROMIUM`."""
    folder = OLD_CHROMIUM.parent
    folder.mkdir(parents=True, exist_ok=True)
    for word in (["npm", "pack", "--silent", OLD_PACKAGE], ["tar", "xzf", "sparticuz-chromium-107.0.0.tgz"]):
        if subprocess.run(word, cwd=folder, stdout=subprocess.DEVNULL, check=False).returncode != 0:
            return
    unpack = "const f = require('fs'); f.writeFileSync('chromium.new', "
    unpack += "require('zlib').brotliDecompressSync(f.readFileSync('package/bin/chromium.br')), {mode: 0o755})"
    if subprocess.run(["node", "-e", unpack], cwd=folder, check=False).returncode == 0:
        (folder / "chromium.new").replace(OLD_CHROMIUM)


def find_java() -> str | None:
    """Path of a Java that really starts: macOS ships a stand-in that only prints a notice."""
    java = shutil.which("java")
    if java is None or subprocess.run([java, "-version"], capture_output=True, check=False).returncode != 0:
        return None
    return java


def webkit_prints() -> bool:
    """Whether the system's Python can open WebKitGTK, which prints pages for the tests."""
    words = [SYSTEM_PYTHON, "-c", "import gi; gi.require_version('WebKit2', '4.1')"]
    return Path(SYSTEM_PYTHON).is_file() and subprocess.run(words, capture_output=True, check=False).returncode == 0


def find_nginx() -> str | None:
    """Path of nginx: the PATH, then the usual place."""
    in_place = (place for place in NGINX_PLACES if Path(place).is_file())
    return shutil.which("nginx") or next(in_place, None)


def find_sshd() -> str | None:
    """Path of the ssh server, in full as it demands: the PATH, then the usual place."""
    in_place = (place for place in SSHD_PLACES if Path(place).is_file())
    return shutil.which("sshd") or next(in_place, None)


def has_chinese_font() -> bool:
    """Whether text in Chinese can be drawn. macOS and Windows always bring such a font."""
    if platform.system() in {"Darwin", "Windows"}:
        return True
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return False
    listed = subprocess.run([fc_list, ":lang=zh", "family"], capture_output=True, check=False)
    return bool(listed.stdout.strip())


NEEDS = (
    Need(
        zh="Chromium 浏览器（浏览器测试用）",
        en="a Chromium browser, for the browser tests",
        present=lambda: find_chromium() is not None,
        debian=("chromium",),
        fedora="chromium",
        macos="brew install --cask google-chrome",
        windows="winget install Google.Chrome",
    ),
    Need(
        zh="Firefox 浏览器（浏览器测试用）",
        en="Firefox, for the browser tests",
        present=lambda: find_firefox() is not None,
        debian=("firefox-esr",),
        fedora="firefox",
        macos="brew install --cask firefox",
        windows="winget install Mozilla.Firefox",
    ),
    Need(
        zh="中文字体（截图和打印用）",
        en="a Chinese font, for pictures and print",
        present=has_chinese_font,
        debian=("fontconfig", "fonts-noto-cjk"),
        fedora="google-noto-sans-cjk-fonts",
        macos="",
        windows="",
    ),
    Need(
        zh="Java 17 或更新（HTML 标准检查用）",
        en="Java 17 or newer, for the HTML standard check",
        present=lambda: find_java() is not None,
        debian=("default-jre-headless",),
        fedora="java-latest-openjdk-headless",
        macos="brew install --cask temurin",
        windows="winget install EclipseAdoptium.Temurin.21.JRE",
    ),
    Need(
        zh="rsync（发布测试用）",
        en="rsync, for the tests of publishing",
        present=lambda: shutil.which("rsync") is not None,
        debian=("rsync",),
        fedora="rsync",
        macos="",
        windows="",
    ),
    Need(
        zh="nginx（服务器配置测试用）",
        en="nginx, for the tests of the server samples",
        present=lambda: find_nginx() is not None,
        debian=("nginx-light",),
        fedora="nginx",
        macos="brew install nginx",
        windows="",
    ),
    Need(
        zh="Caddy（服务器配置测试用）",
        en="Caddy, for the tests of the server samples",
        present=lambda: shutil.which("caddy") is not None,
        debian=("caddy",),
        fedora="caddy",
        macos="brew install caddy",
        windows="winget install CaddyServer.Caddy",
    ),
    Need(
        zh="OpenSSH 服务器（经 ssh 发布的测试用，只在本机随机端口启动）",
        en="the OpenSSH server, for the tests of publishing through ssh; started on a loopback port only",
        present=lambda: find_sshd() is not None,
        debian=("openssh-server",),
        fedora="openssh-server",
        macos="",
        windows="",
    ),
    Need(
        zh="curl（核对校验和的命令测试用）",
        en="curl, for the test of the checksum line",
        present=lambda: shutil.which("curl") is not None,
        debian=("curl",),
        fedora="curl",
        macos="",
        windows="",
    ),
    Need(
        zh="R（R 语言示例代码测试用）",
        en="R, for the test of the line for R",
        present=lambda: shutil.which("Rscript") is not None,
        debian=("r-base-core",),
        fedora="R-core",
        macos="brew install r",
        windows="winget install RProject.R",
    ),
)

#: What only the slow tests need
SLOW_NEEDS = (
    Need(
        zh="WebKitGTK 的 WebDriver（慢速浏览器测试用）",
        en="the WebDriver of WebKitGTK, for the slow browser tests",
        present=lambda: bool(shutil.which("WebKitWebDriver") and shutil.which("xvfb-run") and webkit_prints()),
        debian=("webkit2gtk-driver", "xvfb", "xauth", "python3-gi", "gir1.2-webkit2-4.1"),
        fedora="webkit2gtk-driver xorg-x11-server-Xvfb python3-gobject webkit2gtk4.1",
        macos="",
        windows="",
    ),
    Need(
        zh="读屏软件 Orca 和虚拟桌面（慢速浏览器测试用，语音写进文件，不出声）",
        en="the screen reader Orca and a virtual desktop, for the slow browser tests; speech goes into a file",
        present=lambda: all(
            map(shutil.which, ("orca", "speech-dispatcher", "Xvfb", "openbox", "xdotool", "dbus-daemon"))
        ),
        debian=("orca", "speech-dispatcher", "xvfb", "openbox", "xdotool", "at-spi2-core", "dbus"),
        fedora="orca speech-dispatcher xorg-x11-server-Xvfb openbox xdotool at-spi2-core dbus-daemon",
        macos="",
        windows="",
    ),
    Need(
        zh="LibreOffice Calc（工作簿和公式测试用）",
        en="LibreOffice Calc, for the tests of workbooks and formulas",
        present=lambda: shutil.which("soffice") is not None,
        debian=("libreoffice-calc-nogui",),
        fedora="libreoffice-calc",
        macos="brew install --cask libreoffice",
        windows="winget install TheDocumentFoundation.LibreOffice",
    ),
    Need(
        zh="npm（取旧版 Chromium 和 Lighthouse，慢速浏览器测试用）",
        en="npm, which fetches an old Chromium and Lighthouse for the slow browser tests",
        present=lambda: bool(shutil.which("npm") and shutil.which("node")),
        debian=("npm",),
        fedora="nodejs-npm",
        macos="brew install node",
        windows="winget install OpenJS.NodeJS",
    ),
)


def missing(needs: tuple[Need, ...] = NEEDS) -> list[Need]:
    """The needs that are not met on this machine now."""
    return [need for need in needs if not need.present()]


def apt_prefix() -> list[str] | None:
    """The words to put before ``apt-get``, or None where installing is not possible or not wanted."""
    if os.environ.get("NO_INSTALL") or not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def install(needs: list[Need], prefix: list[str]) -> None:
    """Install the Debian packages of these needs. What failed is seen by looking again afterwards."""
    packages = [package for need in needs for package in need.debian]
    print("正在安装 / installing:", " ".join(packages), flush=True)
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*quiet, "update"], check=False)
    subprocess.run(
        [*quiet, "install", "-y", "--no-install-recommends", *packages], check=False, stdout=subprocess.DEVNULL
    )


def explain(needs: list[Need]) -> str:
    """What is missing and the command that brings it, for each kind of system."""
    debian = " ".join(package for need in needs for package in need.debian)
    lines = ["缺少以下各项，测试无法进行。 Missing, so the tests cannot run:"]
    lines += [f"  - {need.zh} / {need.en}" for need in needs]
    lines += ["安装方法 / how to install:", f"  Debian, Ubuntu: sudo apt-get update && sudo apt-get install {debian}"]
    lines += [f"  Fedora:         sudo dnf install {' '.join(need.fedora for need in needs)}"]
    lines += [f"  macOS:          {need.macos}" for need in needs if need.macos]
    lines += [f"  Windows:        {need.windows}" for need in needs if need.windows]
    lines += ["浏览器装在别处时，设环境变量 CHROMIUM、FIREFOX 为它的路径。"]
    lines += ["A browser elsewhere: put its path in CHROMIUM or FIREFOX."]
    lines += ["只跑代码和数据测试 / code and data tests only: make test-quick"]
    return "\n".join(lines)


def main() -> int:
    """Look, install where allowed, look again; 0 when all is there."""
    slow = "--slow" in sys.argv[1:]
    all_needs = (*NEEDS, *SLOW_NEEDS) if slow else NEEDS
    needs = missing(all_needs)
    prefix = apt_prefix() if needs else None
    if prefix is not None:
        install(needs, prefix)
        needs = missing(all_needs)
    if needs:
        print(explain(needs), file=sys.stderr)
        return 1
    if slow and not OLD_CHROMIUM.is_file():
        fetch_old_chromium()
        if not OLD_CHROMIUM.is_file():
            print(
                f"没有取到 {OLD_PACKAGE}，请检查网络。 {OLD_PACKAGE} was not fetched: see to the network.",
                file=sys.stderr,
            )
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
