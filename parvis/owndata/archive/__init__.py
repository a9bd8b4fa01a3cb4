"""The archive of one person: written as a stream, read with distrust."""
