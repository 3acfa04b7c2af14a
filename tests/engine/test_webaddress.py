import pytest
from hypothesis import example, given, strategies

from ipportal.base.addresses import href, judge, split

SOUND = [
    "https://ip.example.gov.cn",
    "http://1.2.3.4:8080/a",
    "https://xn--fiqs8s.cn/%E4%B8%93/",
    "https://a.cn/x;y=(1),2~!$&'*+@:",
]
#: What no origin may bring, and a word of the hint
REFUSED = [
    ("javascript:alert(1)", "javascript:"),
    ("JavaScript:alert(1)", "javascript:"),
    ("java&#115;cript:alert(1)", "&…;"),
    ("javascript&colon;alert(1)", "&…;"),
    ("data:text/html,x", "data:"),
    ("vbscript:x", "vbscript:"),
    ("ftp://a.cn/", "ftp:"),
    ("file:///etc/passwd", "file:"),
    ("//a.cn/x", ""),
    ("/x", ""),
    ("\\\\a.cn\\x", "\\"),
    ("https:\\\\a.cn", "\\"),
    ("https://u@a.cn/", "@"),
    ("https://u:p@a.cn/", "@"),
    ("https://a..cn/", "host name"),
    ("https://.cn/", "host name"),
    ("https://a.cn./", "host name"),
    ("https://-a.cn/", "host name"),
    ("https:///x", "host name"),
    ("https:x", "host name"),
    ("https://1.2.3/", "host name"),
    ("https://256.1.1.1/", "host name"),
    (f"https://{'a' * 64}.cn/", "host name"),
    (f"https://{'a.' * 130}cn/", "host name"),
    ("https://a.cn:/", "port"),
    ("https://a.cn:8a/", "port"),
    ("https://a.cn:0/", "port"),
    ("https://a.cn:65536/", "port"),
    (f"https://a.cn:{'9' * 5000}/", "port"),
    ("https://a.cn:８０/", "U+FF18"),
    ("https://ip.example：8080/", "U+FF1A"),
    ("https://city.example？id=1", "U+FF1F"),
    ("https://例.cn/", "U+4F8B"),
    ("https://[x", "["),
    ("https://[::1]/", "["),
    ("https://[待补].cn/x", "["),
    ("https://city.example]/r", "]"),
    ("https://a.cn/<x>", "<"),
    ('https://a.cn/"x', '"'),
    ("https://a.cn/{{x}}", "{"),
    ("https://a.cn/ x", "U+0020"),
    (" https://a.cn/", "U+0020"),
    ("https://a\u200b.cn/", "U+200B"),
    ("https://a.cn/\u202e", "U+202E"),
    ("https://a.cn/\x00", "U+0000"),
    ("java\nscript:alert(1)", "U+000A"),
    ("\x01javascript:alert(1)", "U+0001"),
    ("https://a.cn/%zz", "%"),
    ("https://a.cn/%0d%0aSet-Cookie:x", "%0d"),
    ("mailto:", "mailto:"),
    ("mailto:a@b", "mailto:"),
    ("mailto:a@b.cn,c@d.cn", "mailto:"),
    ("tel:abc", "tel:"),
    ("x:y", "x:"),
    ("1:2", "colon"),
]


@pytest.mark.parametrize("kind", ["web", "site", "contact", "link"])
@pytest.mark.parametrize("address", SOUND)
def test_a_sound_address_serves_everywhere(address, kind):
    assert judge(address, kind) is None
    assert href(address) == address


@pytest.mark.parametrize("kind", ["web", "site", "contact", "link"])
@pytest.mark.parametrize(("address", "word"), REFUSED)
def test_what_no_origin_may_bring(address, word, kind):
    refused = judge(address, kind)
    assert refused
    assert all((refused.hint.zh, refused.hint.en, refused.expected.zh, refused.expected.en))
    if kind == "link":
        assert word in refused.hint.en
    assert href(address) == ""


@pytest.mark.parametrize("address", ["mailto:ip@a.gov.cn", "tel:+86-27-8888-0000", "tel:12330"])
def test_letters_and_calls_are_for_contacts_and_links(address):
    assert judge(address, "contact") is None and judge(address, "link") is None
    assert judge(address, "web") and judge(address, "site")


@pytest.mark.parametrize("address", ["", "#锚", "../plan/目标.md#一", "?q=1", "./a:b", "a/b:c"])
def test_relative_addresses_are_for_links_only(address):
    assert judge(address, "link") is None
    assert all(judge(address, kind) for kind in ("web", "site", "contact"))


@pytest.mark.parametrize("address", ["https://a.cn/?x=1", "https://a.cn/#/", "https://a.cn?", "https://a.cn/x#"])
def test_where_a_site_stands_has_no_query(address):
    assert judge(address, "site")
    assert judge(address, "web") is None


def test_an_office_network_may_have_names_without_a_dot():
    assert judge("http://portal:8080/ip", "site") is None
    assert judge("http://portal/ip", "web")


def test_nothing_becomes_of_no_address():
    assert href(None) == "" == href("")


@given(strategies.text() | strategies.from_regex(r"[hH]ttps?:.{0,40}|[a-z]+:.{0,20}|//.{0,20}"))
@example("https://[")
@example("\ud800")
def test_no_string_makes_it_fail(text):
    parts = split(text)
    assert isinstance(parts.host, str)
    for kind in ("web", "site", "contact", "link"):
        judge(text, kind)
    kept = href(text)
    assert kept in ("", text)
    assert not set(kept) & set('"<>\\` \n\t\x00')
    assert split(kept).scheme in ("", "http", "https", "mailto", "tel")
