"""The server samples in the real servers, on the loopback, with the lines changed that every owner changes."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import setup_browser
from support.ports import free_port, wait_for

SAMPLES = Path(__file__).resolve().parents[2] / "scripts" / "servers"


@dataclass(frozen=True)
class Running:
    """A server that shows the site under both schemes, below `path` (empty: at its root)."""

    plain: str
    secure: str
    site: Path
    path: str


def adapted(name: str, *pairs: tuple[str, str]) -> str:
    """A sample with other lines in the place of the owner's."""
    sample = (SAMPLES / name).read_text(encoding="utf-8")
    for own, here in pairs:
        assert sample.count(own) == 1, own
        sample = sample.replace(own, here)
    return sample


def nginx(folder: Path, site: Path, plain: int, secure: int, path: str = "") -> list[str]:
    """The command; below a path like `/ip` the folder of the site has that name."""
    program = setup_browser.find_nginx()
    assert program, "nginx is needed: apt-get install nginx-light"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"]
    subprocess.run([*words, "-keyout", f"{folder}/key", "-out", f"{folder}/cert"], check=True, capture_output=True)
    tls = f"listen 127.0.0.1:{secure} ssl; ssl_certificate {folder}/cert; ssl_certificate_key {folder}/key;"
    sample = adapted(
        "nginx.conf",
        ("listen 80;", f"listen 127.0.0.1:{plain}; {tls}"),
        ("listen [::]:80;", ""),
        ("root /var/www/ip;", f"root {str(site).removesuffix(path)};"),
        ('set $portal_path "";', f'set $portal_path "{path}";'),
    )
    (folder / "portal.conf").write_text(sample, encoding="utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.getuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(
        f"{user} daemon off; master_process on; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ }}\nhttp {{ access_log off; {places} include {folder}/portal.conf; }}\n"
    )
    return [program, "-e", f"{folder}/error.log", "-c", str(config)]


def caddy(folder: Path, site: Path, plain: int, secure: int, path: str = "") -> list[str]:
    """The command; the path is told by the environment."""
    program = shutil.which("caddy")
    assert program, "Caddy is needed: apt-get install caddy"
    options = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n"
    # the owner's address brings a certificate from outside; here Caddy signs one itself
    block = adapted("Caddyfile", ("root * /var/www/ip", f"root * {str(site).removesuffix(path)}")).partition(
        "ip.example.gov.cn {"
    )[2]
    both = f"http://127.0.0.1:{plain} {{{block}\nhttps://localhost:{secure} {{\n\ttls internal{block}"
    (folder / "Caddyfile").write_text(options + both, encoding="utf-8")
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@contextlib.contextmanager
def running(kind: Callable[..., list[str]], folder: Path, site: Path, path: str = "") -> Iterator[Running]:
    """Start a server for the site, below `path` if it is given; its own files go to the folder."""
    plain, secure = free_port(), free_port()
    command = kind(folder, site, plain, secure, *([path] if path else []))
    told = {
        "PORTAL_PATH": path,
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    with (folder / "said").open("wb") as log:
        process = subprocess.Popen(
            command, env=os.environ | told, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        for port in (plain, secure):
            wait_for(process, port, folder / "said", secure=port == secure)
        yield Running(f"http://127.0.0.1:{plain}{path}/", f"https://localhost:{secure}{path}/", site, path)
    finally:
        process.terminate()
        process.wait()
