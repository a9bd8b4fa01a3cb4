"""What happened, append-only: the outbox that other packages read, and the loops that do slow work from rows."""
