"""The adapter to S3-compatible object stores: list, read, write, copy, delete, and faults told so that one can act.

Access keys come from where every S3 tool looks for them (environment, `~/.aws/`), never from the command line.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import botocore.session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)

from ipportal.base.errors import OutputError
from ipportal.base.text import Text
from ipportal.deploy.plan import mask, trouble
from ipportal.deploy.target import ObjectStore

#: Requests at the same time
PARALLEL: Final = 8
_WRONG_KEY: Final = {
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidToken",
    "ExpiredToken",
    "AuthorizationHeaderMalformed",
    "InvalidClientTokenId",
}
_NO_BUCKET: Final = {"NoSuchBucket", "PermanentRedirect", "InvalidBucketName", "301"}
_VIRTUAL: Final = {"SecondLevelDomainForbidden", "PathStyleDomainForbidden", "VirtualHostDomainRequired"}


#: What the store sends with an object, as its interface names them: ContentType, CacheControl, ContentEncoding
Headers = Mapping[str, str]


@dataclass(frozen=True)
class Bucket:
    """One place in an object store; keys are given without the place's own prefix."""

    target: ObjectStore
    client: Any = field(repr=False)

    def sizes(self) -> dict[str, int]:
        """{key: bytes} of everything at the place."""
        with self._translated_errors():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.target.bucket, Prefix=self.target.prefix
            )
            listed = [item for page in pages for item in page.get("Contents", ())]
        return {item["Key"].removeprefix(self.target.prefix): item["Size"] for item in listed}

    def read(self, key: str) -> bytes:
        """The bytes of an object."""
        with self._translated_errors():
            return bytes(self._call("get_object", key)["Body"].read())

    def write(self, key: str, data: bytes, headers: Headers) -> None:
        """Write an object in one step; the store compares the bytes it got with their checksum."""
        digest = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
        self._call("put_object", key, Body=data, ContentMD5=digest, **headers)

    def copy(self, source: str, key: str, headers: Headers) -> None:
        """Copy an object inside the store, in one step, with headers of its own."""
        place = {"Bucket": self.target.bucket, "Key": self.target.prefix + source}
        self._call("copy_object", key, CopySource=place, MetadataDirective="REPLACE", **headers)

    def delete(self, key: str) -> None:
        """Delete an object; one that is gone already is no fault."""
        # one by one: several stores refuse the checksum that deleting in bulk requires
        self._call("delete_object", key)

    def _call(self, operation: str, key: str, **words: object) -> Any:
        with self._translated_errors():
            return getattr(self.client, operation)(Bucket=self.target.bucket, Key=self.target.prefix + key, **words)

    @contextlib.contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise _problem(str(self.target), error) from error


def open_bucket(target: ObjectStore) -> Bucket:
    """A connection to the place, not used yet.

    Raises:
        OutputError: the standard configuration cannot be read, or the endpoint is no address.
    """
    config = Config(
        connect_timeout=20,
        read_timeout=60,
        retries={"mode": "standard"},
        max_pool_connections=PARALLEL,
        # other stores know neither the newer checksums nor bodies sent in signed pieces
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "virtual"} if target.virtual_host else None,
    )
    session = botocore.session.get_session()
    # a store outside of AWS has one region; the signature needs a name for it
    try:
        region = os.environ.get("AWS_REGION") or session.get_config_variable("region") or "us-east-1"
        client = session.create_client("s3", region_name=region, endpoint_url=target.endpoint or None, config=config)
    except (BotoCoreError, ValueError) as error:
        raise _problem(str(target), error) from error
    return Bucket(target, client)


def _problem(place: str, error: Exception) -> OutputError:
    code, expected, hint = _judge(error)
    return OutputError([trouble(code, place, expected, mask(str(error))[-300:], hint)])


def _judge(error: Exception) -> tuple[str, Text, Text]:
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return (
            "publish-no-credentials",
            Text("访问密钥", "an access key"),
            Text(
                "把密钥写进环境变量 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，或 ~/.aws/credentials",
                "put the key into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or into ~/.aws/credentials",
            ),
        )
    if isinstance(error, HTTPClientError | ConnectionError):
        return (
            "publish-connection",
            Text("连得上的存储服务", "a store that answers"),
            Text(
                "网页都还能用。检查网络和 --endpoint，再运行一次，会接着完成",
                "all pages still work; check the network and --endpoint, then run again: the work is completed",
            ),
        )
    if isinstance(error, ClientError):
        return _refusal(error)
    return (
        "publish-failed",
        Text("正确的存储服务设置", "a correct setting of the store"),
        Text("检查 --endpoint 和 ~/.aws/config", "check --endpoint and ~/.aws/config"),
    )


def _refusal(error: ClientError) -> tuple[str, Text, Text]:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code in _WRONG_KEY:
        return (
            "publish-credentials",
            Text("存储服务认可的访问密钥", "an access key the store knows"),
            Text(
                "检查密钥是否抄错、过期，地域（AWS_REGION）是否正确",
                "check whether the key is mistyped or expired and the region (AWS_REGION) is right",
            ),
        )
    if code in _NO_BUCKET:
        return (
            "publish-no-bucket",
            Text("已有的存储桶", "a bucket that exists"),
            Text(
                "检查桶名、--endpoint 和地域（AWS_REGION）；桶要先在控制台建好",
                "check the bucket's name, --endpoint and the region (AWS_REGION); make the bucket in the console first",
            ),
        )
    if code in _VIRTUAL:
        return (
            "publish-failed",
            Text("主机名里带桶名的地址", "an address with the bucket in the host name"),
            Text("加上 --virtual-host", "add --virtual-host"),
        )
    if status == 403:
        return (
            "publish-forbidden",
            Text("可以列出、读、写、删除的权限", "the right to list, read, write and delete"),
            Text("请管理员给这个密钥加上权限", "ask the administrator to give this key the right"),
        )
    return (
        "publish-failed",
        Text("存储服务接受的请求", "a request the store accepts"),
        Text("网页都还能用。稍后再运行，会接着完成", "all pages still work; run again later: the work is completed"),
    )
