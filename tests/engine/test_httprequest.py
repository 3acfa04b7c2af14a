import posixpath

import pytest
from hypothesis import example, given, strategies

from ipportal.site.serve import LONGEST, address_in, is_for_us


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("/", ""),
        ("/plan/goals/?q=1#x", "plan/goals/"),
        ("/%E9%A1%B5/", "页/"),
        ("/data/a%20b.csv", "data/a b.csv"),
        ("/.well-known/security.txt", ".well-known/security.txt"),
        ("/?../..", ""),
    ],
)
def test_what_a_target_names(target, address):
    assert address_in(target) == address


ATTACKS = [
    "/../etc/passwd",
    "/pagefind/../../etc/passwd",
    "/pagefind/..%2f..%2f..%2fetc%2fpasswd",
    "/pagefind/%2e%2e/%2e%2e/etc/passwd",
    "/pagefind/%252e%252e%252fetc",
    "/pagefind/..%255c..%255cetc",
    "/%c0%ae%c0%ae/etc/passwd",
    "/%e0%80%ae%e0%80%ae/etc",
    "/..%c0%afetc",
    "/..\\..\\windows",
    "/..%5c..%5cwindows",
    "/c:/windows/win.ini",
    "/C%3A%5Cwindows",
    "/file.css::$DATA",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/a//b",
    "/./a",
    "/a/.",
    "/a/..",
    "/a/.../b",
    "/a./b",
    "/a%20/b",
    "/..%20/b",
    "/a.css%00.html",
    "/%00",
    "/a%0d%0aSet-Cookie:%20x",
    "/a%7f",
    "/a%e2%80%aeb",
    "/a%",
    "/a%zz",
    "/%ff",
    "/é",
    "/" + "a" * LONGEST,
    "/" + "../" * 500,
    "http://localhost/",
    "*",
    "",
    "a",
]


@pytest.mark.parametrize("target", ATTACKS)
def test_what_leads_nowhere(target):
    assert address_in(target) is None


@given(strategies.text() | strategies.from_regex(r"/[a-z./\\%25efc:]{0,40}", fullmatch=True))
@example("/\ud800")
def test_no_target_leads_out_of_the_site(target):
    address = address_in(target)
    if address is not None:
        assert not address.startswith("/") and "\\" not in address and ":" not in address and "\0" not in address
        assert posixpath.normpath(f"/site/{address}").startswith("/site")
        assert ".." not in address.split("/")


@given(
    strategies.lists(strategies.text() | strategies.sampled_from(["localhost", "[::1]:80", "evil.example"]), max_size=2)
)
def test_no_host_but_our_own_is_ours(hosts):
    if is_for_us(hosts, {"localhost", "::1"}):
        assert hosts[0].lower().startswith(("localhost", "[")) and len(hosts) == 1
