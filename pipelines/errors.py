"""The errors that a person is meant to read: one line that says what is wrong, where, and what would be right."""


class ConfigurationError(Exception):
    """A file or option that the user wrote cannot be used. Ends a command with exit code 2."""

    def __init__(self, file: object, key: str, message: str) -> None:
        self.file, self.key, self.message = str(file), key, message
        super().__init__(f"{self.file}: {key}: {message}" if key else f"{self.file}: {message}")


class RefusedFile(Exception):
    """A delivered file that cannot be read as its system's contract says. Never carries the file's content."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
