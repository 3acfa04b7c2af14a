import pytest

from ipportal.files.headers import file_format, media_type


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("data/indicators/areas.csv", "text/csv"),
        ("data/indicators/areas.csv-metadata.json", "application/csvm+json"),
        ("data/indicators/csv-metadata.json", "application/csvm+json"),
        ("data/linkset.json", "application/linkset+json"),
        ("data/indicators/croissant.json", "application/ld+json"),
        ("data/SHA256SUMS", "text/plain"),
    ],
)
def test_the_longest_ending_wins(path, expected):
    assert media_type(path) == expected


def test_unknown_ending_has_no_media_type():
    with pytest.raises(KeyError):
        media_type("data/a.exe")


def test_formats_are_named_for_people():
    assert file_format("data/indicators/datapackage.json").name == "Data Package"
    assert file_format("data/indicators/areas.json").name == "JSON"
    with pytest.raises(KeyError):
        file_format("data/catalog.ttl")
