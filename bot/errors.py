"""The root of our errors that reach people: their message is one plain sentence with a way out."""


class PlainError(Exception):
    """A failure told in one sentence: to the operator by `prag`, without a traceback."""
