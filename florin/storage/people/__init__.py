"""People who work with Florin as they are kept: persons, logins, sessions and secrets; and guesses, counted."""
