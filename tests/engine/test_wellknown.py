"""robots.txt and security.txt: what is written, and what is noticed when it is wrong."""

from dataclasses import replace
from datetime import date

import pytest
import sectxt
from small_portal import settings

from ipportal.files.headers import ROBOTS, SECURITY, wellknown_files
from ipportal.site.verify import check_wellknown

SITE = "https://ip.yunze.gov.cn/zscq"
#: Everything a deployment gives
FULL = replace(settings(), url=SITE, security_contact="mailto:ip@yunze.gov.cn", security_expires=date(2027, 10, 31))


def test_security_txt_says_whom_to_tell_and_until_when():
    assert wellknown_files(FULL)[SECURITY].decode().splitlines() == [
        "Contact: mailto:ip@yunze.gov.cn",
        "Expires: 2027-10-31T00:00:00Z",
        "Preferred-Languages: zh, en",
        f"Canonical: {SITE}/.well-known/security.txt",
    ]


def test_a_parser_of_others_finds_nothing_wrong():
    read = sectxt.Parser(wellknown_files(FULL)[SECURITY])
    # its own clock decides whether the day lies within a year; that is the business of the release check
    assert [error for error in read.errors if error["code"] not in ("expired", "long_expiry")] == []


@pytest.mark.parametrize(
    "given",
    [
        {"security_contact": "", "contact_url": ""},
        {"security_contact": "ip@yunze.gov.cn", "contact_url": ""},
        {"security_contact": "http://yunze.gov.cn/", "contact_url": ""},
        {"security_expires": None},
    ],
    ids=["nobody", "no-address", "not-secure", "no-day"],
)
def test_without_a_real_contact_or_a_day_there_is_none(given):
    assert set(wellknown_files(replace(FULL, **given))) == {ROBOTS}


def test_the_question_page_stands_in_for_a_contact_of_its_own():
    given = replace(FULL, security_contact="", contact_url="https://www.yunze.gov.cn/ask")
    assert b"Contact: https://www.yunze.gov.cn/ask\n" in wellknown_files(given)[SECURITY]


def test_robots_may_read_everything_and_find_the_sitemap():
    assert wellknown_files(FULL)[ROBOTS].decode() == f"User-agent: *\nDisallow:\n\nSitemap: {SITE}/sitemap.xml\n"
    assert wellknown_files(settings())[ROBOTS].decode() == "User-agent: *\nDisallow:\n"


@pytest.fixture
def site(tmp_path):
    """The two files as a build writes them, and the sitemap."""
    (tmp_path / ".well-known").mkdir()
    for path, data in wellknown_files(FULL).items():
        (tmp_path / path).write_bytes(data)
    (tmp_path / "sitemap.xml").write_text("<urlset/>")
    return tmp_path


def test_a_finished_site_is_right(site):
    assert list(check_wellknown(site, SITE)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (ROBOTS, SITE, "https://elsewhere.gov.cn", ("site-robots", "Sitemap")),
        (ROBOTS, "sitemap.xml", "map.xml", ("site-robots", "Sitemap")),
        (SECURITY, "Contact: mailto:ip@yunze.gov.cn\n", "", ("site-security-txt", "Contact")),
        (SECURITY, "T00:00:00Z", "", ("site-security-txt", "Expires")),
        (SECURITY, "Expires: ", "Expires: 2027-01-01T00:00:00Z\nExpires: ", ("site-security-txt", "Expires")),
        (SECURITY, SITE, "https://elsewhere.gov.cn", ("site-security-txt", "Canonical")),
    ],
)
def test_each_fault_is_told(site, file, old, new, told):
    text = (site / file).read_text()
    assert old in text
    (site / file).write_text(text.replace(old, new))
    assert [(problem.code, problem.where.column) for problem in check_wellknown(site, SITE)] == [told]
