"""After a busy history no secret is in a log, a refusal, a figure, a page, or the database."""

import base64
import subprocess
import sys
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from florin.crypto.keyring import Keyring
from florin.storage.embedded.binaries import client_tool
from tests.architecture.source_tree import ROOT
from tests.whole.history import History, live_through
from tests.whole.running import Place, Service
from tests.whole.secret_search import SecretSearch

pytestmark = pytest.mark.slow

PAGES = ("/metrics", "/openapi.json", "/docs", "/readyz", "/healthz", "/problems/pin_incorrect")
NEVER_SHOWN = ("number", "PIN", "wrong", "e-code", "password", "new password")


@pytest.fixture(scope="module")
def history(place: Place, service: Service) -> History:
    """What happened, over and done with."""
    return live_through(place, service)


def test_no_secret_reaches_a_log_a_refusal_a_figure_or_a_page(history: History, place: Place, service: Service) -> None:
    with service.client() as client:
        texts = [(page, _whole(client.get(page))) for page in PAGES]
    texts += [("the log", service.written()), ("the database's log", place.server.layout.log.read_text("utf-8"))]
    texts += [
        (f"an answer to {each.request.method} {each.url}", _whole(each)) for each in history.exchanges if each.is_error
    ]
    assert [] == list(SecretSearch(history.secrets).found_in_all(texts))


def test_the_texts_that_were_searched_are_those_of_the_history(history: History, service: Service) -> None:
    seen = {each.headers["X-Request-Id"] for each in history.exchanges if "/v1/members" in str(each.url)}
    written = service.written()
    assert len(seen) > 10
    assert all(request_id in written for request_id in seen)
    assert '"level": "debug"' in written or '"level":"debug"' in written
    assert {400, 401, 402, 403, 404, 405, 409, 415, 422} <= {each.status_code for each in history.exchanges}


def test_number_pin_and_password_are_in_no_answer_at_all(history: History) -> None:
    never = {name: secret for name, secret in history.secrets.items() if name.startswith(NEVER_SHOWN)}
    assert len(never) > 10
    texts = [(f"an answer to {each.request.method} {each.url}", _whole(each)) for each in history.exchanges]
    assert [] == list(SecretSearch(never).found_in_all(texts))


def _whole(answer: httpx.Response) -> str:
    return f"{answer.headers} {answer.text}"


def dump_of(place: Place, *options: str) -> str:
    """The database as SQL, bytes in hexadecimal."""
    dumped = subprocess.run(
        [client_tool("pg_dump"), f"--dbname={place.server.owner_url()}", *options], capture_output=True, check=True
    )
    return dumped.stdout.decode()


def test_no_secret_is_in_a_dump_of_the_database(history: History, place: Place) -> None:
    dump = dump_of(place)
    assert dump.count("\n") > 1000
    assert [] == SecretSearch(history.secrets).found_in(dump)


def test_the_dump_would_show_a_secret_in_any_disguise(history: History, place: Place) -> None:
    connection = place.world.connection
    connection.execute("CREATE TABLE planted (written text, stored bytea, described jsonb)")
    try:
        for secret in history.secrets.values():
            connection.execute(
                "INSERT INTO planted VALUES (%s, %s, %s)",
                (base64.b64encode(f"x{secret}".encode()).decode(), secret.encode(), Jsonb({"note": f"is {secret}"})),
            )
        found = SecretSearch(history.secrets).found_in(dump_of(place, "--table=planted"))
    finally:
        connection.execute("DROP TABLE planted")
    for name in history.secrets:
        assert {f"{name} as it is", f"{name} in hexadecimal", f"{name} in base64 at 1"} <= set(found)


def restored(place: Place, dump: str, name: str) -> str:
    """The service's address of a new database made from a dump."""
    with psycopg.connect(place.server.owner_url("postgres"), autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    subprocess.run(
        [client_tool("psql"), "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={place.server.owner_url(name)}"],
        input=dump.encode(),
        capture_output=True,
        check=True,
    )
    return place.server.service_url(name)


def refusal(place: Place, **settings: object) -> str:
    """What a service says that refuses to start."""
    ended = subprocess.run(
        [sys.executable, "-m", "florin.cli.main", "serve", "--port", "0"],
        env=place.environment(**settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 2 == ended.returncode, ended
    return ended.stderr


def test_a_dump_is_of_no_use_without_its_keyring(history: History, place: Place, tmp_path: Path) -> None:
    url = restored(place, dump_of(place), "stolen")
    Keyring.create(tmp_path / "other.json")

    without = refusal(place, database_url=url, keyring_path=tmp_path / "none.json")
    with_another = refusal(place, database_url=url, keyring_path=tmp_path / "other.json")
    with psycopg.connect(place.server.owner_url("stolen")) as thief:
        stolen = thief.execute("SELECT count(*) FROM card WHERE id = ANY(%s)", ([each.id for each in history.cards],))

    assert [(len(history.cards),)] == stolen.fetchall()
    assert "florin keys create" in without
    assert "is not the one that the data was written with" in with_another
