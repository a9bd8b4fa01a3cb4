"""The data map of clips."""

from parvis.cells.datamap import Kind, Table, declare

declare(
    Table(
        "clips_clip",
        Kind.PRIVATE,
        public=(
            "id home creator_id audience published_at changed_at title caption alt language tags mentions"
            " allow_comments allow_duet allow_download duration_ms width height poster placeholder"
        ),
        operational="claimed_by lease_until attempts failures retry_at progress",
        private=(
            "processing publication hidden_by scheduled_for created_at probe received_at playable_at problem"
            " problem_params erased_at"
        ),
        sealed="sealed_words",
        person="creator_id",
    ),
    Table(
        "clips_upload",
        Kind.PRIVATE,
        operational="writer cleared_at",
        private="id home creator_id clip_id state length offset created_at expires_at",
        sealed="filename",
        person="creator_id",
    ),
    Table("clips_part", Kind.PRIVATE, private="id home creator_id upload_id start length name", person="creator_id"),
    Table(
        "clips_rendition",
        Kind.PRIVATE,
        public="id home creator_id clip_id name file width height bytes bit_rate fps is_temporary retired_at",
        person="creator_id",
    ),
    Table(
        "clips_caption",
        Kind.PRIVATE,
        public="id home creator_id clip_id language file created_at",
        person="creator_id",
    ),
)
