"""A file's name says what is inside; some names never do."""

from tests.architecture.source_tree import ROOT, python_files

SAY_NOTHING = {"util", "utils", "common", "helper", "helpers", "manager", "service", "base", "misc", "lib"}


def test_no_room_and_no_file_has_a_name_that_says_nothing() -> None:
    findings = [
        str(path.relative_to(ROOT))
        for path in python_files("florin", "tests", "bench")
        for part in path.relative_to(ROOT).with_suffix("").parts
        if SAY_NOTHING & set(part.split("_"))
    ]
    assert [] == findings
