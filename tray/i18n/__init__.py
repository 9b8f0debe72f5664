"""Messages in the language of the user. Pure."""
