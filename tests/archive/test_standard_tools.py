"""An operator opens an archive with tar, zstd and age alone, as `docs/backups.md` shows it."""

import io
import json
import os
import pty
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from apps.archive import Checksum, Manifest, verify_archive, write_archive
from tests.support.trading import CANARY, trade

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.age,
    pytest.mark.zstd,
    pytest.mark.matrix,
]

PASSPHRASE = "correct horse battery"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key pair made by age-keygen."""
    path = tmp_path / "key.txt"
    subprocess.run(["age-keygen", "-o", str(path)], check=True, capture_output=True)
    return path


def recipient_of(key: Path) -> str:
    said = subprocess.run(["age-keygen", "-y", str(key)], check=True, capture_output=True)
    return said.stdout.decode().strip()


def archive(store: Any, path: Path, encrypt_to: str | None = None) -> Manifest:
    with path.open("wb") as target:
        return write_archive(store, target, encrypt_to=encrypt_to)


def shell(command: str, folder: Path) -> str:
    """A pipeline in which every program must end well and say nothing on the side."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=folder, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout.decode()


def require_unpacked(folder: Path, manifest: Manifest) -> None:
    """Rows, checksums and files as the manifest says; every member is read."""
    told = json.loads((folder / "manifest.json").read_text())
    assert told["sections"]["sql:orders_order"]["rows"] == 1
    for name, section in manifest.sections.items():
        part, _, table = name.partition(":")
        members = sorted(folder.glob(f"{part}/{table or 'facts'}.*.jsonl"))
        if part == "files":
            continue
        lines = [line for one in members for line in one.read_bytes().splitlines()]
        if part == "sql":
            assert all(isinstance(column, str) for column in json.loads(lines.pop(0)))
        assert len(lines) == section.rows, name
        if part in ("sql", "registry"):
            assert Checksum().add_all(lines).hex == section.checksum, name
    assert (folder / "files/products/a/small.txt").read_text() == CANARY
    assert (folder / "files/products/big.bin").read_bytes() == bytes(range(256)) * 9000
    assert (folder / "files/empty.txt").read_bytes() == b""


def test_an_archive_opens_with_tar_and_zstd(throwaway_store: Any, tmp_path: Path) -> None:
    trade(throwaway_store)
    manifest = archive(throwaway_store, tmp_path / "one.polystore")
    shell("zstd -q --test one.polystore", tmp_path)
    shell("mkdir plain && zstd -dc one.polystore | tar -x -C plain", tmp_path)
    require_unpacked(tmp_path / "plain", manifest)
    listed = shell("zstd -dc one.polystore | tar -t", tmp_path).splitlines()
    assert (listed[0], listed[-1]) == ("head.json", "manifest.json")
    [columns, row] = shell(
        "zstd -dc one.polystore | tar -xO sql/orders_order.0001.jsonl", tmp_path
    ).splitlines()
    assert dict(zip(json.loads(columns), json.loads(row), strict=True))["note"] == CANARY


def test_an_encrypted_archive_opens_with_age_and_its_key(
    throwaway_store: Any, tmp_path: Path, key: Path
) -> None:
    trade(throwaway_store)
    path = tmp_path / "one.polystore"
    manifest = archive(throwaway_store, path, recipient_of(key))
    assert throwaway_store.slug.encode() not in path.read_bytes()
    shell("mkdir opened && age -d -i key.txt one.polystore | zstd -dc | tar -x -C opened", tmp_path)
    require_unpacked(tmp_path / "opened", manifest)


def test_an_encrypted_archive_opens_with_age_and_its_passphrase(
    throwaway_store: Any, tmp_path: Path
) -> None:
    trade(throwaway_store)
    manifest = archive(throwaway_store, tmp_path / "one.polystore", PASSPHRASE)
    age_with_passphrase("-d", "-o", "one.tar.zst", "one.polystore", folder=tmp_path, asked=1)
    shell("mkdir opened && zstd -dcq one.tar.zst | tar -x -C opened", tmp_path)
    require_unpacked(tmp_path / "opened", manifest)


def test_what_age_encrypted_is_read(throwaway_store: Any, tmp_path: Path, key: Path) -> None:
    """An archive that was written without encryption and encrypted by the operator."""
    manifest = archive(throwaway_store, tmp_path / "one.polystore")
    shell(f"age -r {recipient_of(key)} -o for_key.polystore one.polystore", tmp_path)
    age_with_passphrase("-p", "-o", "by_word.polystore", "one.polystore", folder=tmp_path, asked=2)
    identity = key.read_text().splitlines()[-1]
    for name, unlock in (("for_key.polystore", identity), ("by_word.polystore", PASSPHRASE)):
        content = io.BytesIO((tmp_path / name).read_bytes())
        assert verify_archive(content, unlock=unlock) == manifest


def age_with_passphrase(*arguments: str, folder: Path, asked: int) -> None:
    """age asks at a terminal: here is one."""
    process, terminal = pty.fork()
    if not process:
        os.chdir(folder)
        os.execvp("age", ["age", *arguments])
    said = b""
    for number in range(asked):
        while said.count(b"passphrase") <= number:
            said += os.read(terminal, 1024)
        os.write(terminal, f"{PASSPHRASE}\n".encode())
    with suppress(OSError):  # the end of a terminal is an error on Linux
        while os.read(terminal, 1024):
            pass
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
