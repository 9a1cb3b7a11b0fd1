"""How it is kept: the only room with SQL, and the only one that begins, commits, rolls back or retries.

Connections, migrations, statements, the posting engine that decides and writes many requests in one transaction, and
the embedded PostgreSQL server. The psycopg driver is imported nowhere else.
"""
