"""What may go wrong with the embedded PostgreSQL, said in words for the person at the terminal."""


class ClusterError(Exception):
    """The embedded PostgreSQL cannot be made or started; the message says why and what to do."""
