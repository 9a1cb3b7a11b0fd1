"""The posting engine: the one door through which the book and the state of cards and wallets change.

`engine` queues requests and runs them in groups, `facts` locks and reads what a group decides on, `group` is what a
decision sees and changes, `writes` carries the changes to the database in one set-based statement a table, and
`exchange` is how all of them talk to the server.
"""
