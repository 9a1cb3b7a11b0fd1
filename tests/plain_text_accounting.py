"""The programs that are not ours and prove the exported book; where they are missing, the summary says so, loudly."""

import shutil
from typing import Any, Final

PROGRAMS: Final = {"beancount": "bean-check", "hledger": "hledger"}
"""By the form of the file; Debian's packages are called as these keys."""

FOUND: Final = {form: shutil.which(program) for form, program in PROGRAMS.items()}


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401 (a class of pytest's own inside)
    """Say which of them did not look at the book, if the tests that ask them were to run."""
    skipped = {report.nodeid for report in terminalreporter.stats.get("skipped", ())}
    missing = [form for form in PROGRAMS if any(f"another_program[{form}" in nodeid for nodeid in skipped)]
    if missing:
        terminalreporter.write_sep("!", "THE BOOK WAS NOT PROVEN BY ANOTHER PROGRAM", red=True, bold=True)
        for form in missing:
            terminalreporter.write_line(f"{PROGRAMS[form]} is not here, so nothing read what is exported for {form}.")
        terminalreporter.write_line("On Debian and Ubuntu: apt-get install beancount hledger")
