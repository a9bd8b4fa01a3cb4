"""The data map of what is looked up: only what anybody may read."""

from parvis.cells.datamap import Kind, Table, declare

declare(
    Table("search_text", Kind.PUBLIC, public="id kind words worth hot"),
    Table("search_word", Kind.PUBLIC, public="id kind word uses near"),
)
