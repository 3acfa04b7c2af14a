"""Publishing to object storage, against a real S3 server, with the line cut and the process killed."""

import gzip
import hashlib
import os
import random
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import botocore.session
import pytest

from ipportal import cli
from ipportal.base.errors import OutputError
from ipportal.deploy import publish, rollback
from ipportal.deploy.objectstore import open_bucket
from ipportal.deploy.target import ObjectStore, parse_target, waves
from support.objects import CUT, CUT_AFTER, PASS, Line, apart, environment, fetch, line_to, s3_server
from support.smallsite import codes, contents, write_site
from support.stored import client, dangling, direct, edition, shown


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture(scope="module")
def wire(server: str) -> Iterator[Line]:
    with line_to(server) as line:
        yield line


@pytest.fixture
def target(server: str, wire: Line, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """A part of a new bucket, reached over the line; no configuration of this machine counts."""
    apart(monkeypatch)
    wire.judge = lambda method, path: PASS
    wire.seen.clear()
    bucket = f"b{hashlib.md5(request.node.name.encode()).hexdigest()[:12]}"
    client(server).create_bucket(Bucket=bucket)
    return ObjectStore(bucket, "ip/", wire.address)


def key_of(path: str, target: ObjectStore) -> str:
    return unquote(urlsplit(path).path).removeprefix(f"/{target.bucket}/{target.prefix}")


def changes_seen(wire: Line, target: ObjectStore) -> list[tuple[str, str]]:
    """The requests that changed what readers see, in order; what a killed process sent in part was refused."""
    done = [(method, path) for method, path, status in wire.seen if status < 300]
    pairs = [(method, key_of(path, target)) for method, path in done if method in ("PUT", "DELETE")]
    return [(method, key) for method, key in pairs if not key.startswith(".releases/")]


def test_a_bucket_holds_the_site_and_goes_back(target: ObjectStore, server: str, wire: Line, tmp_path: Path) -> None:
    one, two, three = (edition(tmp_path, word) for word in ("one", "two", "three"))
    first = publish(target, one, keep=3, dry_run=False)
    assert shown(target, server) == contents(one) and len(first.changes.added) == len(contents(one))
    # the same site again sends nothing
    wire.seen.clear()
    again = publish(target, one, keep=3, dry_run=False)
    assert again.deployment == first.deployment and not again.changes
    assert {method for method, _, _ in wire.seen} == {"GET"}
    # a dry run only reads
    planned = publish(target, two, keep=3, dry_run=True)
    assert planned.deployment == "" and shown(target, server) == contents(one)
    wire.seen.clear()
    second = publish(target, two, keep=3, dry_run=False)
    assert second.changes == planned.changes and shown(target, server) == contents(two)
    uploads = [key for method, path, _ in wire.seen if method == "PUT" and "contents/" in (key := key_of(path, target))]
    fresh = {hashlib.sha256(data).hexdigest() for data in contents(two).values()}
    fresh -= {hashlib.sha256(data).hexdigest() for data in contents(one).values()}
    assert sorted(uploads) == sorted(f".releases/contents/{digest}" for digest in fresh)
    # assets, pages, deletions: pages before their assets
    order = changes_seen(wire, target)
    placed = [key for method, key in order if method == "PUT"]
    deleted = [key for method, key in order if method == "DELETE"]
    assert order == [("PUT", key) for key in placed] + [("DELETE", key) for key in deleted]
    assets, pages = waves(placed)
    assert set(placed[: len(assets)]) == set(assets) and set(placed[len(assets) :]) == set(pages)
    assert deleted[-1] == "assets/one.txt" and set(deleted) == {"one.html", "en/one.html", "assets/one.txt"}
    # back, no further, on from there, and what was withdrawn never comes back
    assert rollback(target) == first.deployment
    assert shown(target, server) == contents(one)
    with pytest.raises(OutputError) as caught:
        rollback(target)
    assert codes(caught) == ["publish-no-previous"]
    publish(target, three, keep=3, dry_run=False)
    assert rollback(target) == first.deployment and shown(target, server) == contents(one)


def test_old_deployments_and_their_contents_go(target: ObjectStore, server: str, tmp_path: Path) -> None:
    sites = [edition(tmp_path, word) for word in ("one", "two", "three")]
    for site in sites:
        publish(target, site, keep=1, dry_run=False)
    kept = {key for key in direct(target, server).sizes() if key.startswith(".releases/")}
    assert sorted(key[10:14] for key in kept if key.endswith(".json") and "state" not in key) == ["0002", "0003"]
    needed = {hashlib.sha256(data).hexdigest() for site in sites[1:] for data in contents(site).values()}
    assert {key.rpartition("/")[2] for key in kept if "contents/" in key} == needed


def test_every_file_has_its_headers(target: ObjectStore, server: str, tmp_path: Path) -> None:
    site = write_site(tmp_path / "site", "one")
    for name in ("data/plan/1.0.0/a.csv", "data/x.parquet", "pagefind/fragment/a.pf_fragment", "assets/a.svg"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(b"words " * 200)
    compressed = ObjectStore(target.bucket, target.prefix, target.endpoint, compress=True)
    publish(compressed, site, keep=3, dry_run=False)

    def address_of(path: str) -> str:
        words = {"Bucket": target.bucket, "Key": target.prefix + path}
        return client(server).generate_presigned_url("get_object", Params=words)

    short, forever = "public, max-age=300", "public, max-age=31536000, immutable"
    for path, kind, kept, packed in (
        ("index.html", "text/html; charset=utf-8", short, True),
        ("assets/site.css", "text/css; charset=utf-8", short, True),
        ("assets/a.svg", "image/svg+xml", short, True),
        ("data/table.csv", "text/csv; charset=utf-8", short, False),
        ("data/plan/1.0.0/a.csv", "text/csv; charset=utf-8", forever, False),
        ("data/x.parquet", "application/vnd.apache.parquet", short, False),
        ("pagefind/fragment/a.pf_fragment", "application/octet-stream", forever, False),
        ("_under/中文 名.txt", "text/plain; charset=utf-8", short, False),
    ):
        status, headers, body = fetch(address_of(path))
        assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, kind, kept), path
        assert headers.get("Content-Encoding") == ("gzip" if packed else None), path
        assert (gzip.decompress(body) if packed else body) == (site / path).read_bytes()
    # without compression the bytes and the header change together
    publish(target, site, keep=3, dry_run=False)
    status, headers, body = fetch(address_of("index.html"))
    assert "Content-Encoding" not in headers and body == (site / "index.html").read_bytes()


KILLED = """
import sys
from pathlib import Path
from ipportal.deploy import publish
from ipportal.deploy.target import ObjectStore

bucket, prefix, endpoint, site = sys.argv[1:]
publish(ObjectStore(bucket, prefix, endpoint), Path(site), keep=1, dry_run=False)
"""


@pytest.mark.parametrize("kills", [3, pytest.param(60, marks=pytest.mark.slow)])
def test_killed_anywhere_pages_find_their_assets_and_the_next_run_completes(
    kills: int, target: ObjectStore, server: str, wire: Line, tmp_path: Path
) -> None:
    sites = [edition(tmp_path, word) for word in ("one", "two", "three", "four")]
    publish(target, sites[0], keep=1, dry_run=False)
    wire.seen.clear()
    publish(target, sites[1], keep=1, dry_run=False)
    steps = len(wire.seen)
    draw = random.Random(20260101)
    # one in each part of the way
    points = [int((steps - 1) * (part + draw.random()) / kills) for part in range(kills)]
    known = {hashlib.sha256(data).hexdigest(): data for site in sites for data in contents(site).values()}
    ends = set()
    for turn, point in enumerate(points):
        old, new = sites[(turn + 1) % 4], sites[(turn + 2) % 4]
        before, after = contents(old), contents(new)
        assert shown(target, server) == before
        live = dict(before)
        fault = draw.choice([CUT, CUT_AFTER])
        words = [target.bucket, target.prefix, target.endpoint, str(new)]
        left = [point]
        wire.seen.clear()
        process: list[subprocess.Popen[bytes]] = []

        def judge(method: str, path: str, left: list[int] = left, process=process, fault: str = fault) -> str:
            left[0] -= 1
            if left[0] < 0:
                process[0].kill()
                # the request under way may or may not have reached the store; later ones were never sent
                return fault if left[0] == -1 else CUT
            return PASS

        wire.judge = judge
        command = [sys.executable, "-c", KILLED, *words]
        paths = os.pathsep.join(sys.path)
        process.append(subprocess.Popen(command, env=environment(PYTHONPATH=paths), stderr=subprocess.PIPE))
        _, said = process[0].communicate(timeout=600)
        assert process[0].returncode == -signal.SIGKILL, said.decode()
        wire.settle()
        wire.judge = lambda method, path: PASS
        # replay what the store was told: no page ever refers to a missing file
        for method, key in changes_seen(wire, target):
            if method == "DELETE":
                del live[key]
            else:
                live[key] = after[key]
            assert dangling(live) == []
        assert shown(target, server) == live
        ends.add((live == before, live == after))
        # run again: complete, and one step back is whole too
        publish(target, new, keep=1, dry_run=False)
        assert shown(target, server) == after and set(after.values()) <= set(known.values())
        if turn == 0:
            rollback(target)
            assert shown(target, server) == before
            publish(target, new, keep=1, dry_run=False)
            assert shown(target, server) == after
    # cut off before, in the middle of and after the change
    assert ends >= {(True, False), (False, False)}


def test_a_reset_line_is_told_and_another_edition_may_follow(
    target: ObjectStore, server: str, wire: Line, tmp_path: Path
) -> None:
    one, two, three = (edition(tmp_path, word) for word in ("one", "two", "three"))
    publish(target, one, keep=3, dry_run=False)
    for word, restore in (("one.html", False), ("two.html", True), ("index.html", False)):
        wire.judge = lambda method, path, word=word: (
            CUT if method in ("PUT", "DELETE") and path.endswith(word) else PASS
        )
        with pytest.raises(OutputError) as caught:
            publish(target, two, keep=3, dry_run=False)
        assert codes(caught) == ["publish-connection"]
        wire.judge = lambda method, path: PASS
        now = shown(target, server)
        assert dangling(now) == [] and now not in (contents(one), contents(two))
        if restore:
            # back to the deployment that stood when the publication began
            rollback(target)
            assert shown(target, server) == contents(one)
    # what two runs left in part is cleared by an edition that is neither
    publish(target, three, keep=3, dry_run=False)
    assert shown(target, server) == contents(three)
    # a rollback cut off goes on where it stopped
    wire.judge = lambda method, path: CUT if path.endswith("/three.html") else PASS
    with pytest.raises(OutputError):
        rollback(target)
    wire.judge = lambda method, path: PASS
    rollback(target)
    assert shown(target, server) == contents(one)


def test_what_was_lost_or_damaged_at_the_store_is_mended_by_publishing_again(
    target: ObjectStore, server: str, tmp_path: Path
) -> None:
    one, two = edition(tmp_path, "one"), edition(tmp_path, "two")
    deployment = publish(target, one, keep=3, dry_run=False).deployment
    direct(target, server).delete("assets/site.css")
    assert publish(target, one, keep=3, dry_run=False).deployment == deployment
    assert shown(target, server) == contents(one)
    publish(target, two, keep=3, dry_run=False)
    digest = hashlib.sha256((one / "assets" / "one.txt").read_bytes()).hexdigest()
    kept, words = f".releases/contents/{digest}", (one / "assets" / "one.txt").read_bytes()
    for harm in (
        lambda: direct(target, server).write(kept, words[::-1], {}),  # of the same size
        lambda: direct(target, server).delete(kept),
    ):
        harm()
        with pytest.raises(OutputError) as caught:
            rollback(target)
        assert codes(caught) == ["publish-release-changed"] and shown(target, server) == contents(two)


def test_what_others_put_there_is_left_alone(target: ObjectStore, server: str, tmp_path: Path) -> None:
    site = edition(tmp_path, "one")
    client(server).put_object(Bucket=target.bucket, Key="ip/letter.txt", Body=b"mine")
    with pytest.raises(OutputError) as caught:
        publish(target, site, keep=3, dry_run=False)
    assert codes(caught) == ["publish-foreign"] and shown(target, server) == {"letter.txt": b"mine"}
    # a prefix beside it is free, and what others add to it later stays
    beside = ObjectStore(target.bucket, "ip2/", target.endpoint)
    publish(beside, site, keep=3, dry_run=False)
    client(server).put_object(Bucket=target.bucket, Key="ip2/letter.txt", Body=b"mine")
    publish(beside, edition(tmp_path, "two"), keep=3, dry_run=False)
    assert shown(beside, server)["letter.txt"] == b"mine"


def test_two_at_once_do_not_mix(target: ObjectStore, server: str, wire: Line, tmp_path: Path) -> None:
    one, two, three = (edition(tmp_path, word) for word in ("one", "two", "three"))
    publish(target, one, keep=3, dry_run=False)
    own = ObjectStore(target.bucket, target.prefix, server)
    late = []

    def judge(method: str, path: str) -> str:
        # the other publication runs to its end while this one uploads
        if method == "PUT" and "contents/" in path and not late:
            late.append(publish(own, three, keep=3, dry_run=False))
        return PASS

    wire.judge = judge
    with pytest.raises(OutputError) as caught:
        publish(target, two, keep=3, dry_run=False)
    assert codes(caught) == ["publish-busy"] and shown(target, server) == contents(three)


def test_wrong_bucket_wrong_endpoint_and_no_keys_are_told(
    target: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = edition(tmp_path, "one")
    for other, code in (
        (ObjectStore("no-such-bucket", "", target.endpoint), "publish-no-bucket"),
        (ObjectStore(target.bucket, "", "http://127.0.0.1:9"), "publish-connection"),
        (ObjectStore(target.bucket, "", "nonsense"), "publish-failed"),
    ):
        with pytest.raises(OutputError) as caught:
            publish(other, site, keep=3, dry_run=False)
        assert codes(caught) == [code]
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    common = ["publish", f"s3://{target.bucket}", "--root", str(Path(__file__).parents[1] / "tiny"), "--rollback"]
    for lang, words in (("zh", "访问密钥"), ("en", "an access key")):
        assert cli.main([*common, "--endpoint", target.endpoint, "--lang", lang]) == 1
        said = capsys.readouterr().err
        assert "publish-no-credentials" in said and words in said


def test_keys_the_store_does_not_know_or_trust_are_told(
    target: ObjectStore, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = edition(tmp_path, "one")
    iam = botocore.session.get_session().create_client("iam", region_name="us-east-1", endpoint_url=server)
    pairs = {}
    rights = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
    for user in ("writer", "nobody"):
        iam.create_user(UserName=user)
        pairs[user] = iam.create_access_key(UserName=user)["AccessKey"]
    iam.put_user_policy(UserName="writer", PolicyName="store", PolicyDocument=rights)

    def check_keys(after: bytes) -> None:
        plain = {"Content-Type": "text/plain"}
        call = urllib.request.Request(f"{server}/moto-api/reset-auth", data=after, headers=plain, method="POST")
        urllib.request.urlopen(call, timeout=60).close()

    check_keys(b"0")
    try:
        for user, secret, code in (
            ("unknown", "secret", "publish-credentials"),
            ("writer", "not-its-secret", "publish-credentials"),
            ("nobody", "", "publish-forbidden"),
            ("writer", "", ""),
        ):
            known = pairs.get(user, {"AccessKeyId": "AKIAUNKNOWNKEY000000", "SecretAccessKey": "x"})
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", known["AccessKeyId"])
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret or known["SecretAccessKey"])
            if not code:
                # signatures hold through the proxy, names in Chinese included
                publish(target, site, keep=3, dry_run=False)
                assert shown(target, target.endpoint) == contents(site)
                continue
            with pytest.raises(OutputError) as caught:
                publish(target, site, keep=3, dry_run=False)
            assert codes(caught) == [code]
            assert (secret or known["SecretAccessKey"]) not in str(caught.value)
    finally:
        check_keys(b"inf")


def test_the_bucket_can_be_part_of_the_host_name(monkeypatch: pytest.MonkeyPatch) -> None:
    apart(monkeypatch)
    for virtual, expected in ((True, "https://portal.store.example/a"), (False, "https://store.example/portal/a")):
        store = open_bucket(ObjectStore("portal", "", "https://store.example", virtual_host=virtual)).client
        url = store.generate_presigned_url("get_object", Params={"Bucket": "portal", "Key": "a"})
        assert url.split("?")[0] == expected


def test_the_region_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    apart(monkeypatch)
    assert open_bucket(ObjectStore("portal", "")).client.meta.region_name == "us-east-1"
    for name, region in (("AWS_DEFAULT_REGION", "cn-north-1"), ("AWS_REGION", "cn-wuhan-lr")):
        monkeypatch.setenv(name, region)
        assert open_bucket(ObjectStore("portal", "", "https://store.example")).client.meta.region_name == region


def test_forms_of_the_address(tmp_path: Path) -> None:
    assert parse_target("s3://ip-portal", tmp_path) == ObjectStore("ip-portal", "")
    assert parse_target("s3://ip.portal/a/b-c/", tmp_path) == ObjectStore("ip.portal", "a/b-c/")
    assert str(ObjectStore("ip", "a/")) == "s3://ip/a" and str(ObjectStore("ip", "")) == "s3://ip"
    for wrong in (
        "s3://",
        "s3://UP",
        "s3://a",
        "s3:/bucket",
        "s3://bucket//x",
        "s3://bucket/../x",
        "s3://bucket/.hidden",
    ):
        with pytest.raises(OutputError) as caught:
            parse_target(wrong, tmp_path)
        assert codes(caught) == ["publish-target"]


def test_options_of_stores_belong_to_stores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in (["--endpoint", "https://store.example"], ["--virtual-host"], ["--compress"]):
        assert cli.main(["publish", str(tmp_path / "www"), *option, "--lang", "en", "--rollback"]) == 1
        assert "publish-target" in capsys.readouterr().err
