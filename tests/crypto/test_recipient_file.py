from io import BytesIO

import pytest

from florin.crypto.recipient_file import (
    FileNotForUs,
    RecipientMalformed,
    decrypt_file,
    encrypt_pages,
    new_identity,
    require_recipient,
)


def sealed(pages: list[bytes], recipient: str) -> bytes:
    file = BytesIO()
    left = iter([*pages, b""])
    encrypt_pages(lambda: next(left), file, recipient)
    return file.getvalue()


def opened(file: bytes, identity: str) -> bytes:
    plain = BytesIO()
    decrypt_file(BytesIO(file), plain, identity)
    return plain.getvalue()


@pytest.mark.parametrize("pages", [[], [b"a"], [b"line\r\n"] * 3, [b"x" * 200_000, b"y", b"z" * 70_000]])
def test_the_recipient_reads_what_was_written(pages: list[bytes]) -> None:
    identity, recipient = new_identity()

    assert b"".join(pages) == opened(sealed(pages, recipient), identity)


def test_nobody_else_reads_it() -> None:
    _, recipient = new_identity()
    other, _ = new_identity()
    file = sealed([b"9876540000000000001"], recipient)

    assert b"987654" not in file
    with pytest.raises(FileNotForUs):
        opened(file, other)


def test_a_file_that_was_cut_or_altered_does_not_open() -> None:
    identity, recipient = new_identity()
    file = sealed([b"x" * 200_000], recipient)

    for damaged in (file[:-1], file[:70_000], file[:-1] + bytes([file[-1] ^ 1])):
        with pytest.raises(FileNotForUs):
            opened(damaged, identity)


@pytest.mark.parametrize(
    "text", ["", "age1", "age1qqqq", "ssh-ed25519 AAAA", pytest.param(new_identity()[0], id="secret")]
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(RecipientMalformed):
        require_recipient(text)


def test_what_the_pages_raise_is_what_the_caller_gets() -> None:
    def broken() -> bytes:
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError, match="went away"):
        encrypt_pages(broken, BytesIO(), new_identity()[1])
