"""A bucket on a server of its own, a folder, and files that the tests make."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image

from socialsales.core.s3 import Bucket, Keys
from socialsales.core.storage import Disk, Storage

REGION = "eu-west-3"
ADMIN: dict[str, Any] = {"aws_access_key_id": "root", "aws_secret_access_key": "root", "region_name": REGION}
ALLOWED = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[tuple[str, Keys]]:
    """A server that checks each signature; its address, and a pair of keys that it lets in."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    yield url, _prepared(url)
    server.stop()


def _prepared(url: str) -> Keys:
    iam = boto3.client("iam", endpoint_url=url, **ADMIN)
    iam.create_user(UserName="files")
    iam.put_user_policy(UserName="files", PolicyName="files", PolicyDocument=json.dumps(ALLOWED))
    made = iam.create_access_key(UserName="files")["AccessKey"]
    place = {"LocationConstraint": REGION}
    boto3.client("s3", endpoint_url=url, **ADMIN).create_bucket(
        Bucket="posts", CreateBucketConfiguration=place
    )
    request = Request(f"{url}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"})
    urlopen(request).close()
    return Keys(made["AccessKeyId"], made["SecretAccessKey"], REGION)


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return Disk(tmp_path / "kept")
    url, keys = request.getfixturevalue("bucket_server")
    return Bucket(f"{url}/posts/{tmp_path.name}", keys)


def picture(form: str = "PNG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    made = BytesIO()
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.save(made, form, **options)
    return made.getvalue()


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice, which draws first pages; where it is not installed, the tests that need it are skipped."""
    found = shutil.which(os.environ.get("SOCIALSALES_SOFFICE") or "soffice")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("LibreOffice is needed to draw first pages, and is not installed")
    pytest.skip(
        "needs LibreOffice (apt-get install --no-install-recommends libreoffice-{writer,impress,calc}-nogui)"
    )
