"""The data map of what people do around clips."""

from parvis.cells.datamap import Kind, Table, declare

declare(
    Table(
        "social_follow", Kind.PRIVATE, private="id home follower_id followed_id state created_at", person="follower_id"
    ),
    Table(
        "social_follower", Kind.PRIVATE, private="id home person_id follower_id state created_at", person="person_id"
    ),
    Table("social_like", Kind.PRIVATE, private="id home person_id clip_id created_at", person="person_id"),
    Table("social_share", Kind.PRIVATE, private="id home person_id clip_id created_at", person="person_id"),
    Table(
        "social_comment",
        Kind.PRIVATE,
        public="id home author_id clip_id text created_at",
        private="nonce withheld_by",
        person="author_id",
    ),
    Table("social_clipcounts", Kind.PUBLIC, public="clip_id likes comments shares"),
    Table("social_personcounts", Kind.PUBLIC, public="person_id followers following"),
)
