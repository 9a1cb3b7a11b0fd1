"""A wheel holds all that the code reads: what is not Python must be named in pyproject.toml."""

import tomllib
from fnmatch import fnmatch

from tests.architecture.source_tree import ROOT, files


def test_every_file_beside_the_code_goes_into_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (patterns,) = settings["tool"]["setuptools"]["package-data"].values()
    beside = [path for path in files("florin") if path.suffix not in {".py", ".pyc"}]
    assert [] == [str(path.relative_to(ROOT)) for path in beside if not any(fnmatch(path.name, p) for p in patterns)]
