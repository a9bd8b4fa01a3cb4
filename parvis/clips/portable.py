"""The data map of clips; their files."""

from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.records import Owner, hook
from parvis.clips import states, storage
from parvis.clips.models import Caption, Clip, Part, Rendition
from parvis.events.actions import record

declare(
    Table(
        "clips_clip",
        Kind.PRIVATE,
        public=(
            "id home creator_id audience published_at changed_at title caption alt language tags mentions"
            " allow_comments allow_duet allow_download is_sensitive duration_ms width height poster placeholder"
        ),
        operational="claimed_by lease_until attempts failures retry_at progress",
        private=(
            "processing publication hidden_by scheduled_for first_published_at created_at probe received_at playable_at"
            " problem problem_params erased_at limits"
        ),
        sealed="sealed_words",
        person="creator_id",
        lost="A clip is posted anew from its best rendition, under its id.",
    ),
    Table(
        "clips_upload",
        Kind.PRIVATE,
        operational="writer cleared_at",
        private="id home creator_id clip_id state length offset created_at expires_at",
        sealed="filename",
        person="creator_id",
        lost="What has not arrived whole is sent again.",
    ),
    Table(
        "clips_part",
        Kind.PRIVATE,
        private="id home creator_id upload_id start length name",
        person="creator_id",
        lost="What has not arrived whole is sent again.",
    ),
    Table(
        "clips_rendition",
        Kind.PRIVATE,
        public="id home creator_id clip_id name file width height bytes bit_rate fps is_temporary retired_at",
        person="creator_id",
        lost="Renditions are made anew.",
    ),
    Table("clips_tag", Kind.PUBLIC, public="id tag is_withheld"),
    Table(
        "clips_likeness",
        Kind.PRIVATE,
        operational="asked shown",
        private="id home creator_id clip_id version created_at",
        person="creator_id",
        lost="It is made anew of the clip.",
    ),
    Table(
        "clips_caption",
        Kind.PRIVATE,
        public="id home creator_id clip_id language file created_at",
        person="creator_id",
        lost="Captions come with their clip.",
    ),
)


def _poster(row: Clip) -> list[str]:
    return [storage.file_name(row.id, row.poster)] if row.poster else []


def _file(row: Rendition | Caption) -> list[str]:
    return [storage.file_name(row.clip_id, row.file)]


def _part(row: Part) -> list[str]:
    return [row.name]


def _gone(_owner: Owner, rows: Sequence[Clip]) -> None:
    """Tell others that the clips are gone, and sweep their folders after the commit: a worker that was making one may
    have stored a file that no row names."""
    for row in rows:
        if row.publication != states.DELETED:
            record("clip.deleted", home=row.home, object=row.id)
        transaction.on_commit(partial(storage.delete_folder, storage.clip_folder(row.id)))


hook("clips_clip", title=_("Your clips"), files=_poster, before_erase=_gone)
hook("clips_rendition", title=_("Your videos"), files=_file)
hook("clips_caption", title=_("Captions of your clips"), files=_file)
hook("clips_part", title=_("What has arrived of uploads"), files=_part)
hook("clips_likeness", title=_("What finds copies of your clips"))
hook("clips_upload", title=_("Your uploads"))
