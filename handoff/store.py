"""Objects of one S3 bucket below one prefix: whole or not there, with the SHA-256 that the store has checked itself.

Whatever speaks S3 with conditional writes does (``If-None-Match`` and ``If-Match`` on puts): AWS, MinIO, Ceph,
SeaweedFS. Keys are paths relative to the volume. Credentials come from where the SDK of AWS looks for them.

One room: one class: what is asked of a bucket and how its refusals are told.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from handoff.errors import NotOnVolume, StoreAway, VolumeDenied

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

Answer = TypeVar("Answer")

PART_BYTES = 16 << 20
CHUNK_BYTES = 1 << 20
CONNECT_SECONDS, ANSWER_SECONDS, TRIES = 5, 60, 4
_DELETED_AT_ONCE = 1000
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_LOST_RACE = frozenset({"412", "PreconditionFailed", "409", "ConditionalRequestConflict"})
_REFUSED = frozenset({"403", "AccessDenied", "NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch"})


class LostRace(Exception):
    """A conditional write found another state than the one it was made for."""


@dataclass(frozen=True)
class Facts:
    """Of one object. ``version`` changes with its content; ``sha256`` in hex; times are the store's own."""

    key: str
    size: int
    version: str
    modified: datetime
    sha256: str = ""


class Store:
    """``address`` is ``s3://bucket/prefix``; ``endpoint`` the store's URL, empty for AWS itself."""

    def __init__(self, address: str, *, endpoint: str = "") -> None:
        parts = urlsplit(address)
        if parts.scheme != "s3" or not parts.netloc:
            raise VolumeDenied(f"SHARED_STORE is {address}: write it as s3://bucket or s3://bucket/prefix.")
        self.bucket = parts.netloc
        self.prefix = f"{parts.path.strip('/')}/".lstrip("/")
        self._endpoint = endpoint or None

    @property
    def address(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    @property
    def client(self) -> S3Client:
        """Of this very process: a fork must not share its parent's connections."""
        return _client(self._endpoint, os.getpid())

    def check(self) -> None:
        """Raises VolumeDenied when the bucket is not there or not ours, StoreAway when nobody answers."""
        with _told(self.address):
            self.client.head_bucket(Bucket=self.bucket)

    def clock(self) -> datetime:
        """What time the store says it is, to the second."""
        with _told(self.address):
            found = _asked(lambda: self.client.head_bucket(Bucket=self.bucket))
            return datetime.fromtimestamp(_time_of(found), UTC)

    def is_coming(self, key: str) -> bool:
        """Parts of it are being sent, or were left by who was killed at it, until ``end_uploads``."""
        with _told(key):
            own = self.prefix + key
            found = _asked(lambda: self.client.list_multipart_uploads(Bucket=self.bucket, Prefix=own))
            return any(each["Key"] == own for each in found.get("Uploads", []))

    def facts(self, key: str) -> Facts | None:
        """None where nothing lies."""
        with _told(key), suppress(_Absent):
            found = _asked(lambda: self.client.head_object(Bucket=self.bucket, Key=self.prefix + key))
            told = found["Metadata"].get("sha256", "")
            return Facts(key, found["ContentLength"], found["ETag"], found["LastModified"], told)
        return None

    def read(self, key: str, write: Callable[[bytes], None]) -> Facts:
        """Pour the object out. Raises NotOnVolume; who wrote it down compares the hash."""
        with _told(key):
            try:
                found = _asked(lambda: self.client.get_object(Bucket=self.bucket, Key=self.prefix + key))
            except _Absent:
                raise NotOnVolume(f"There is no file {key} in the object store.") from None
            for chunk in found["Body"].iter_chunks(CHUNK_BYTES):
                write(chunk)
            told = found["Metadata"].get("sha256", "")
            return Facts(key, found["ContentLength"], found["ETag"], found["LastModified"], told)

    def page(self, key: str) -> tuple[bytes, str, float]:
        """A small object, its version and what time the store says it is; ``b""`` and ``""`` where there is none."""
        with _told(key):
            try:
                found = _asked(lambda: self.client.get_object(Bucket=self.bucket, Key=self.prefix + key))
            except _Absent as absent:
                return b"", "", absent.now
            return found["Body"].read(), found["ETag"], _time_of(found)

    def write_page(self, key: str, text: bytes, *, over: str) -> None:
        """Replace exactly the version ``over``, or ``""`` for none. Raises LostRace."""
        condition: dict[str, Any] = {"IfMatch": over} if over else {"IfNoneMatch": "*"}
        with _told(key):
            _asked(lambda: self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=text, **condition))

    def put(self, key: str, path: Path, *, digest: str, only_new: bool = False) -> str:
        """Make the object of a file whose SHA-256 (hex) the store checks; returns its version.

        ``only_new``: raises LostRace where something lies already.
        """
        condition: dict[str, Any] = {"IfNoneMatch": "*"} if only_new else {}
        with _told(key):
            if path.stat().st_size > PART_BYTES:
                return self._put_in_parts(key, path, digest=digest, condition=condition)
            with path.open("rb") as body:
                return _asked(
                    lambda: self.client.put_object(
                        Bucket=self.bucket,
                        Key=self.prefix + key,
                        Body=body,
                        ChecksumSHA256=_base64(bytes.fromhex(digest)),
                        Metadata={"sha256": digest},
                        **condition,
                    )
                )["ETag"]

    def _put_in_parts(self, key: str, path: Path, *, digest: str, condition: dict[str, Any]) -> str:
        """Each part with a checksum of its own; a store shows nothing before the last word."""
        place: dict[str, Any] = {"Bucket": self.bucket, "Key": self.prefix + key}
        upload = self.client.create_multipart_upload(**place, ChecksumAlgorithm="SHA256", Metadata={"sha256": digest})
        mine: dict[str, Any] = {**place, "UploadId": upload["UploadId"]}
        try:
            parts: list[Any] = []
            with path.open("rb") as body:
                while block := body.read(PART_BYTES):
                    number, told = len(parts) + 1, _base64(sha256(block).digest())
                    sent = self.client.upload_part(**mine, PartNumber=number, Body=block, ChecksumSHA256=told)
                    parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": told})
            return _asked(
                lambda: self.client.complete_multipart_upload(**mine, MultipartUpload={"Parts": parts}, **condition)
            )["ETag"]
        except BaseException:
            with suppress(Exception):  # what is left of it is ended by the next purge
                self.client.abort_multipart_upload(**mine)
            raise

    def renew(self, key: str) -> None:
        """The object is as young as if it had just been written. Raises NotOnVolume."""
        facts = self.facts(key)
        if facts is None:
            raise NotOnVolume(f"There is no file {key} in the object store.")
        with _told(key):
            self.client.copy_object(
                Bucket=self.bucket,
                Key=self.prefix + key,
                CopySource={"Bucket": self.bucket, "Key": self.prefix + key},
                Metadata={"sha256": facts.sha256},
                MetadataDirective="REPLACE",
            )

    def below(self, folder: str) -> Iterator[Facts]:
        """Every object whose key begins so, in the order of keys; without their hashes."""
        with _told(folder):
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix + folder):
                for each in page.get("Contents", ()):
                    key = each["Key"].removeprefix(self.prefix)
                    yield Facts(key, each["Size"], each["ETag"], each["LastModified"])

    def remove(self, keys: Iterable[str]) -> list[str]:
        """Returns those that the store refuses to remove; one that is gone already is no refusal."""
        wanted, refused = list(keys), list[str]()
        for start in range(0, len(wanted), _DELETED_AT_ONCE):
            some: list[Any] = [{"Key": self.prefix + key} for key in wanted[start : start + _DELETED_AT_ONCE]]
            with _told("/".join(wanted[:1])):
                answer = self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": some, "Quiet": True})
            refused += [each["Key"].removeprefix(self.prefix) for each in answer.get("Errors", ())]
        return refused

    def end_uploads(self, *, before: datetime) -> None:
        """Forget the parts of uploads that were begun before then and never ended."""
        with _told(self.address):
            found = self.client.list_multipart_uploads(Bucket=self.bucket, Prefix=self.prefix).get("Uploads", ())
            for each in found:
                if each["Initiated"] < before:
                    self.client.abort_multipart_upload(Bucket=self.bucket, Key=each["Key"], UploadId=each["UploadId"])


class _Absent(Exception):
    """``now``: the store's time, in seconds."""

    def __init__(self, now: float) -> None:
        super().__init__()
        self.now = now


@lru_cache(maxsize=8)
def _client(endpoint: str | None, process: int) -> S3Client:  # noqa: ARG001 - what it is kept under
    import boto3  # takes a third of a second, and whoever mounts a file system has no use for it
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        retries={"mode": "standard", "max_attempts": TRIES},
        s3={"addressing_style": "path"} if endpoint else {},
    )
    return boto3.session.Session().client("s3", endpoint_url=endpoint, config=config)


def _asked(call: Callable[[], Answer]) -> Answer:
    """The answer; LostRace and _Absent for the two refusals that say something about the object."""
    from botocore.exceptions import ClientError

    try:
        return call()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _ABSENT:
            raise _Absent(_time_of(error.response)) from None
        if code in _LOST_RACE:
            raise LostRace from None
        raise


@contextmanager
def _told(what: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _REFUSED:
            raise VolumeDenied(
                f"The object store refuses {what} ({code}). Check SHARED_STORE, its endpoint and the credentials."
            ) from error
        raise StoreAway(f"The object store cannot do it now ({code}): {what}.") from error
    except (BotoCoreError, HTTPError) as error:
        raise StoreAway(f"The object store does not answer: {what} ({type(error).__name__}).") from error


def _time_of(answer: Any) -> float:
    """What time the store says it is: machines may have wrong clocks, and this one is everybody's."""
    told = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    return (parsedate_to_datetime(told) if told else datetime.now(UTC)).timestamp()


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
