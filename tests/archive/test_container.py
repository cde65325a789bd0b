"""The file of an archive: what it takes, what it refuses, and that the age format is the one of others."""

import io
import os
import tarfile
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import pyrage
import pytest
import zstandard

from apps.archive import ArchiveDamaged, ArchiveLocked, ArchiveNotFitting
from apps.archive.compression import CompressedWriter
from apps.archive.container import ArchiveReader, ArchiveWriter
from apps.archive.encryption import CHUNK, EncryptedReader, EncryptedWriter
from apps.archive.manifest import Manifest
from apps.archive.reading import Contents, read_head, read_manifest
from apps.archive.tar import TarWriter

MOMENT = datetime(2026, 11, 29, tzinfo=UTC)
HEAD = Manifest(
    store_id=UUID(int=7),
    slug="one",
    name="One",
    created_at=MOMENT,
    consistent_at=MOMENT,
    vendor="postgresql",
    parts=("sql", "files"),
)
ROWS = [b'[1,"a"]', b'[2,"b"]']


def archive(*, key: str | None = None, files: dict[str, bytes] | None = None) -> bytes:
    target = io.BytesIO()
    writer = ArchiveWriter(target, HEAD, encrypt_to=key)
    section = writer.section("sql:orders_order", ["id", "name"])
    for row in ROWS:
        section.add(row)
    section.finish()
    writer.begin_files()
    for name, content in (files or {}).items():
        writer.file(name, [content])
    writer.finish(HEAD)
    return target.getvalue()


def read(content: bytes, key: str | None = None) -> dict[str, list[bytes]]:
    contents, found = Contents(io.BytesIO(content), unlock=key), {}
    for section in contents.sections():
        if section.name == "files":
            found[section.name] = [piece.data for piece in section.pieces() if piece.data]
        else:
            found[section.name] = list(section.lines())
    assert contents.manifest == HEAD
    return found


def packed(change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]) -> bytes:
    """An archive whose members were changed, with checksums that are right again."""
    frame = zstandard.ZstdDecompressor().decompressobj()
    clear = io.BytesIO(frame.decompress(archive(files={"a.txt": b"a"})))
    members = []
    with tarfile.open(fileobj=clear) as source:
        for member in source:
            held = source.extractfile(member)
            members.append((member, held.read() if held else b""))
    change(members)
    target, plain = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
            end = tar.offset
    compressed = CompressedWriter(target)
    compressed.write(plain.getvalue()[:end] + bytes(1024))
    compressed.finish()
    return target.getvalue()


def test_rows_and_files_come_back_plain_and_encrypted() -> None:
    identity = pyrage.x25519.Identity.generate()
    large = os.urandom(9 << 20)
    expected = {"sql:orders_order": ROWS}
    for key, opener in ((None, None), (str(identity.to_public()), str(identity))):
        found = read(archive(key=key, files={"große Bilder/" + "x" * 150: large}), opener)
        assert b"".join(found.pop("files")) == large
        assert found == expected
    assert read(packed(lambda members: None)) == {**expected, "files": [b"a"]}


def test_a_table_of_many_members_is_one_section() -> None:
    target = io.BytesIO()
    writer = ArchiveWriter(target, HEAD)
    section = writer.section("sql:orders_order", ["id"])
    for number in range(9):
        section.add(b"[%d,%s]" % (number, b'"%s"' % (b"x" * (1 << 20))))
    section.finish()
    writer.section("sql:orders_line", ["id"]).finish()
    writer.finish(HEAD)
    names = [one.name for one in ArchiveReader(io.BytesIO(target.getvalue())).members()]
    assert names == [
        "sql/orders_order.0001.jsonl",
        "sql/orders_order.0002.jsonl",
        "sql/orders_order.0003.jsonl",
        "sql/orders_line.0001.jsonl",
    ]
    found = read(target.getvalue())
    assert [line[:2] for line in found["sql:orders_order"]] == [b"[%d" % one for one in range(9)]
    assert found["sql:orders_line"] == []


def _leave_a_gap(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members.insert(2, (tarfile.TarInfo("sql/orders_order.0003.jsonl"), b""))


def _swap(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members[1], members[2] = members[2], members[1]


def _add(
    name: str, kind: bytes = tarfile.REGTYPE, target: str = ""
) -> Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]:
    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, target
        members.insert(-1, (member, b""))

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_add("../outside.txt"), "leads outside"),
        (_add("files/../../outside.txt"), "leads outside"),
        (_add("/etc/passwd"), "leads outside"),
        (_add("files/link", tarfile.SYMTYPE, "/etc/passwd"), "something else than files"),
        (_add("files/link", tarfile.LNKTYPE, "head.json"), "something else than files"),
        (_add("files/null", tarfile.CHRTYPE), "something else than files"),
        (_add("files/folder", tarfile.DIRTYPE), "damaged"),
        (_add("stray.txt"), "not part of a store"),
        (_add("sql/orders_order.0001.jsonl"), "damaged"),
        (_add("sql/orders_line.0002.jsonl"), "damaged"),
        (lambda members: members.pop(0), "not an archive of a store"),
        (lambda members: members.pop(1) and None, "count"),
        (lambda members: members.pop(), "truncated"),
        (lambda members: members.append(members[-1]), "data after its end"),
        (_swap, "damaged"),
        (_leave_a_gap, "damaged"),
    ],
)
def test_members_that_do_not_belong_are_refused(
    change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None], words: str
) -> None:
    content = packed(change)
    if words == "count":
        assert read(content) == {"files": [b"a"]}, "the comparison with the manifest sees it"
        return
    with pytest.raises(ArchiveDamaged, match=words):
        read(content)


def _stream(*blocks: bytes) -> io.BytesIO:
    target = io.BytesIO()
    compressed = CompressedWriter(target)
    for block in blocks:
        compressed.write(block)
    compressed.finish()
    return target


def _header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.type = size, kind
    return member.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize(
    "header",
    [
        _header("head.json", 1 << 40),
        _header("pax", 1 << 40, tarfile.XHDTYPE),
        _header("pax", 1 << 40, tarfile.XGLTYPE),
        _header("long", 1 << 40, tarfile.GNUTYPE_LONGNAME),
    ],
)
def test_a_small_file_that_claims_to_be_huge_is_refused_at_once(header: bytes) -> None:
    source = _stream(header, *[bytes(1 << 20)] * 200)
    assert len(source.getvalue()) < 50_000
    tracemalloc.start()
    with pytest.raises(ArchiveDamaged):
        read_head(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 << 20


@pytest.mark.parametrize(
    "record", [b"99 path=x\n", b"x path=x\n", b"9 path=xy", b"0 path=x\n", b"7 pathx\n"]
)
def test_a_malformed_extended_header_is_refused(record: bytes) -> None:
    head = _header("pax", len(record), tarfile.XHDTYPE)
    source = _stream(head, record.ljust(512, b"\0"), _header("head.json", 0), bytes(1024))
    with pytest.raises(ArchiveDamaged):
        read_head(source)


def test_an_archive_of_a_newer_version_says_so() -> None:
    newer = b'{"format": 99}'
    target = io.BytesIO()
    compressed = CompressedWriter(target)
    tar = TarWriter(compressed, 0)
    tar.add("head.json", newer)
    compressed.finish()
    with pytest.raises(ArchiveNotFitting, match="newer version"):
        read_head(target)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\3\4" * 20, b"age-encryption.org/v1"])
def test_a_foreign_file_is_not_an_archive(content: bytes) -> None:
    with pytest.raises(ArchiveDamaged, match="not an archive"):
        read_head(io.BytesIO(content))


def test_every_changed_byte_and_every_cut_is_seen() -> None:
    identity = pyrage.x25519.Identity.generate()
    for key, opener in ((None, None), (str(identity.to_public()), str(identity))):
        whole = archive(key=key, files={"a.bin": os.urandom(70_000 if key else 300)})
        header = range(whole.index(b"\n--- ") + 60) if key else ()
        for offset in {*header, *range(0, len(whole), 97 if key else 1)}:
            flipped = bytearray(whole)
            flipped[offset] ^= 1 << offset % 8
            with pytest.raises((ArchiveDamaged, ArchiveLocked)):
                read_manifest(io.BytesIO(bytes(flipped)), unlock=opener)
            with pytest.raises((ArchiveDamaged, ArchiveLocked)):
                read_manifest(io.BytesIO(whole[:offset]), unlock=opener)
        with pytest.raises(ArchiveDamaged):
            read_manifest(io.BytesIO(whole + b"\n"), unlock=opener)
        with pytest.raises(ArchiveDamaged):
            read_manifest(io.BytesIO(whole + whole), unlock=opener)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_the_age_format_is_the_one_of_others(size: int) -> None:
    """Against another implementation of it, in both directions."""
    identity = pyrage.x25519.Identity.generate()
    content, target = os.urandom(size), io.BytesIO()
    writer = EncryptedWriter(target, str(identity.to_public()))
    for start in range(0, size, 50_000):
        writer.write(content[start : start + 50_000])
    writer.finish()
    assert pyrage.decrypt(target.getvalue(), [identity]) == content
    others = [pyrage.x25519.Identity.generate().to_public(), identity.to_public()]
    foreign = pyrage.encrypt(content, others)
    assert _decrypted(foreign, str(identity)) == content
    with pytest.raises(ArchiveLocked):
        _decrypted(foreign, str(pyrage.x25519.Identity.generate()))


@pytest.mark.matrix
def test_a_passphrase_is_the_one_of_others_too() -> None:
    target = io.BytesIO()
    writer = EncryptedWriter(target, "correct horse é")
    writer.write(b"content")
    writer.finish()
    assert pyrage.passphrase.decrypt(target.getvalue(), "correct horse é") == b"content"
    foreign = pyrage.passphrase.encrypt(b"content", "correct horse é")
    assert _decrypted(foreign, "correct horse é") == b"content"
    for wrong in ("correct horse", None, str(pyrage.x25519.Identity.generate())):
        with pytest.raises(ArchiveLocked):
            _decrypted(foreign, wrong)
    with pytest.raises(ArchiveDamaged):
        _decrypted(target.getvalue().replace(b" 18\n", b" 30\n"), "correct horse é")


@pytest.mark.parametrize("key", ["age1", "age1zz", "AGE-SECRET-KEY-1QQ", "age1" + "q" * 58])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    sealed = archive(key=str(pyrage.x25519.Identity.generate().to_public()))
    with pytest.raises(ArchiveLocked):
        read_head(io.BytesIO(sealed), unlock=key)
    if key.startswith("age1"):
        with pytest.raises(ArchiveLocked, match="not an age recipient"):
            archive(key=key)


def _decrypted(content: bytes, key: str | None) -> bytes:
    reader = EncryptedReader(io.BytesIO(content), key)
    return b"".join(_pieces(reader))


def _pieces(reader: EncryptedReader) -> Iterator[bytes]:
    while piece := reader.read(1000):
        yield piece


def test_a_mistyped_recipient_is_refused() -> None:
    """By its checksum: an archive for a key that belongs to no one could never be opened."""
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    for position in range(4, len(recipient)):
        other = "q" if recipient[position] != "q" else "p"
        with pytest.raises(ArchiveLocked, match="not an age recipient"):
            archive(key=recipient[:position] + other + recipient[position + 1 :])
