"""Small pieces of the dataset pages: sizes and embedded JSON-LD."""

import json
import re

import pytest

from ipportal.pages.datasets import script, size


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1440, "1.4 kB"),
        (9949, "9.9 kB"),
        (9950, "10 kB"),
        (114_200, "114 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_240_000, "1.2 MB"),
        (12_400_000, "12 MB"),
        (2_000_000_000, "2000 MB"),
    ],
)
def test_sizes_as_people_read_them(length, shown):
    assert size(length) == shown


def test_no_data_can_end_the_script_element_early():
    evil = {"name": "</script><script>alert(1)</script>", "note": "<!-- & ]]> “引号” \u2028"}
    text = str(script(evil))
    inside = re.fullmatch(r'<script type="application/ld\+json">(.*)</script>', text, re.DOTALL)[1]
    assert not set("<>&") & set(inside)
    assert json.loads(inside) == evil
