"""The service's login and the database, made once the embedded server runs."""

import psycopg
from psycopg import sql

SERVICE_LOGIN = "florin_service"

# NOINHERIT and without rights of its own: all that it may do is take on the role of the application.
CREATE_LOGIN = "CREATE ROLE {login} LOGIN NOINHERIT PASSWORD {password}"
LOGIN_EXISTS = "SELECT FROM pg_roles WHERE rolname = %(login)s"
CREATE_DATABASE = "CREATE DATABASE {database}"
DATABASE_EXISTS = "SELECT FROM pg_database WHERE datname = %(database)s"


def make_service_login(owner_url: str, password: str) -> None:
    """Create the login of the service when it is missing."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        if connection.execute(LOGIN_EXISTS, {"login": SERVICE_LOGIN}).fetchone() is None:
            verifier = connection.pgconn.encrypt_password(password.encode(), SERVICE_LOGIN.encode(), b"scram-sha-256")
            connection.execute(
                sql.SQL(CREATE_LOGIN).format(login=sql.Identifier(SERVICE_LOGIN), password=verifier.decode())
            )


def make_database(owner_url: str, database: str) -> None:
    """Create the database when it is missing."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        if connection.execute(DATABASE_EXISTS, {"database": database}).fetchone() is None:
            connection.execute(sql.SQL(CREATE_DATABASE).format(database=sql.Identifier(database)))
