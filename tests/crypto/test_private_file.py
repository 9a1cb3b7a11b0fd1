import os
from pathlib import Path

import pytest

from florin.crypto.private_file import ExposedFile, read_private, write_private


def test_a_written_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_private(path, b"content")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_private(path) == b"content"


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o777])
def test_a_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret"
    write_private(path, b"content")
    path.chmod(mode)
    with pytest.raises(ExposedFile, match=f"{mode:04o}"):
        read_private(path)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_of_its_owner_alone_is_read(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret"
    write_private(path, b"content")
    path.chmod(mode)
    assert read_private(path) == b"content"


@pytest.mark.parametrize("step", ["fsync", "fchown"])
def test_a_write_that_fails_leaves_the_old_content_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "secret"
    write_private(path, b"old")

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="no space"):
        write_private(path, b"new")
    assert read_private(path) == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_replaced_file_keeps_its_owner(tmp_path: Path) -> None:
    # Only root can give a file away, so anybody else sees their own file stay their own.
    owner = 12345 if os.geteuid() == 0 else os.geteuid()
    path = tmp_path / "secret"
    write_private(path, b"old")
    os.chown(path, owner, -1)
    write_private(path, b"new")
    assert path.stat().st_uid == owner


def test_a_symbolic_link_stays_one_and_its_target_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "target"
    write_private(target, b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    write_private(link, b"new")
    assert link.is_symlink()
    assert read_private(target) == b"new"
