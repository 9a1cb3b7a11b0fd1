"""What is published installs from any index and names no machine that it was written on."""

import re
from pathlib import Path

from tests.architecture.source_tree import ROOT, files

# Written in two parts, so that this file passes its own test.
INDEX_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("debian", "org"),
        ("golang", "org"),
        ("crates", "io"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.:>)}])/(?:home|root|tmp|work|Users)/\w")
OTHER_LOCKS = {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock", "pdm.lock"}


def test_no_file_names_a_package_index() -> None:
    findings = [
        f"{path.relative_to(ROOT)} names {host}" for path, text in _texts() for host in INDEX_HOSTS if host in text
    ]
    assert [] == findings


def test_no_file_names_a_path_of_one_machine() -> None:
    findings = [
        f"{path.relative_to(ROOT)} has {found.group()}"
        for path, text in _texts()
        for found in MACHINE_PATH.finditer(text)
    ]
    assert [] == findings


def test_there_is_one_kind_of_lock() -> None:
    assert [] == [str(path.relative_to(ROOT)) for path in files() if path.name in OTHER_LOCKS]


def _texts() -> list[tuple[Path, str]]:
    return [(path, path.read_text("utf-8", errors="replace")) for path in files()]
