"""The sweep for dormancy, and the carrying out of what two people have decided about dormant balances."""
