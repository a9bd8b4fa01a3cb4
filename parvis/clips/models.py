"""Rows of clips, of what was made of them, and of the uploads they came from."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel
from parvis.clips import states
from parvis.kit.ids import uuid7

TITLE_LONGEST = 100
CAPTION_LONGEST = 2200
ALT_LONGEST = 500
FILENAME = "clips_upload.filename"  # what a sealed file name is bound to


class Clip(PrivateModel):
    """A short video.

    `title`, `caption`, `alt`, `tags` and `mentions` hold words that others may read; while nobody else may see the
    clip its words lie sealed in `sealed_words` and these are empty. `published_at` is when it first could be seen;
    it is empty until then, also when the creator has published a clip that is still being made. `limits` are those of
    `states.LIMITS` that moderators have set, and `states.HELD` while one is to look first: a clip that others could see
    before has no `published_at` meanwhile, and gets it back from `first_published_at`.
    Workers hold a clip by `claimed_by` until `lease_until`; a crash lets the lease run out, and the step is redone.
    """

    creator = models.ForeignKey(Person, models.CASCADE, related_name="clips")
    processing = models.TextField(default=states.PROCESSING.initial)
    publication = models.TextField(default=states.PUBLICATION.initial)
    hidden_by = models.TextField(default="", blank=True)
    audience = models.TextField(default=states.EVERYONE)
    scheduled_for = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    first_published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())

    title = models.TextField(default="", blank=True)
    caption = models.TextField(default="", blank=True)
    alt = models.TextField(default="", blank=True)
    language = models.TextField(default="", blank=True)
    tags = ArrayField(models.TextField(), default=list)
    mentions = ArrayField(models.TextField(), default=list)
    sealed_words = models.BinaryField(null=True)
    allow_comments = models.BooleanField(default=True)
    allow_duet = models.BooleanField(default=True)
    allow_download = models.BooleanField(default=False)
    is_sensitive = models.BooleanField(default=False, db_default=False)
    limits = ArrayField(models.TextField(), default=list, db_default=[])

    duration_ms = models.IntegerField(default=0)
    width = models.IntegerField(default=0)
    height = models.IntegerField(default=0)
    probe = models.JSONField(null=True)
    poster = models.TextField(default="", blank=True)
    placeholder = models.TextField(default="", blank=True)

    received_at = models.DateTimeField(null=True)
    playable_at = models.DateTimeField(null=True)
    claimed_by = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    failures = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    problem = models.TextField(default="", blank=True)
    problem_params = models.JSONField(default=dict)
    progress = models.SmallIntegerField(default=0)
    erased_at = models.DateTimeField(null=True)

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["creator", "-published_at"], name="clips_clip_of_creator"),
            GinIndex(fields=["tags"], name="clips_clip_tags"),
            models.Index(
                fields=["processing", "attempts", "received_at"],
                condition=Q(processing__in=[states.RECEIVED, states.PROBED, states.PLAYABLE]),
                name="clips_clip_work",
            ),
            models.Index(
                fields=["scheduled_for"], condition=Q(publication=states.SCHEDULED), name="clips_clip_schedule"
            ),
            models.Index(fields=["published_at", "id"], name="clips_clip_published"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(processing__in=states.PROCESSING.states), name="clips_clip_processing_known"
            ),
            models.CheckConstraint(
                condition=Q(publication__in=states.PUBLICATION.states), name="clips_clip_publication_known"
            ),
            models.CheckConstraint(condition=Q(audience__in=states.AUDIENCES), name="clips_clip_audience_known"),
            models.CheckConstraint(
                condition=~Q(publication=states.SCHEDULED) | Q(scheduled_for__isnull=False),
                name="clips_clip_schedule_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(processing=states.READY) | Q(playable_at__isnull=False), name="clips_clip_ready_plays"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(playable_at__isnull=False), name="clips_clip_published_plays"
            ),
            # Words are in the clear only where others may read them.
            models.CheckConstraint(
                condition=Q(publication=states.PUBLISHED, published_at__isnull=False) & ~Q(audience=states.ME)
                | Q(title="", caption="", alt="", tags=[], mentions=[]),
                name="clips_clip_private_words_sealed",
            ),
            models.CheckConstraint(
                condition=~Q(publication=states.DELETED) | Q(sealed_words__isnull=True), name="clips_clip_deleted_empty"
            ),
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the clip's own page."""
        return f"/c/{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether anybody but the creator may see it, as far as the clip itself decides."""
        return self.publication == states.PUBLISHED and self.published_at is not None and self.audience != states.ME

    @property
    def is_held(self) -> bool:
        """Whether nobody else sees it until a moderator has looked."""
        return states.HELD in self.limits

    @property
    def is_covered(self) -> bool:
        """Whether it is shown only to whoever chooses to see it: its creator says so, or a moderator."""
        return self.is_sensitive or states.SENSITIVE in self.limits

    @property
    def is_for_adults(self) -> bool:
        """Whether a moderator has limited it to adults."""
        return states.ADULTS in self.limits


class Upload(PrivateModel):
    """A file that is arriving in parts. `offset` bytes of `length` have been stored; `writer` is who carries on."""

    creator = models.ForeignKey(Person, models.CASCADE, related_name="+")
    clip = models.ForeignKey(Clip, models.CASCADE, related_name="uploads")
    state = models.TextField(default=states.UPLOAD.initial)
    length = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    writer = models.UUIDField(null=True)
    filename = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state=states.OPEN), name="clips_upload_expiry"),
            models.Index(fields=["id"], condition=Q(cleared_at__isnull=True), name="clips_upload_uncleared"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=states.UPLOAD.states), name="clips_upload_state_known"),
            models.CheckConstraint(
                condition=Q(offset__gte=0, offset__lte=models.F("length")), name="clips_upload_offset_within"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.FINISHED) | Q(offset=models.F("length")), name="clips_upload_finished_whole"
            ),
            models.UniqueConstraint(fields=["clip"], condition=Q(state=states.OPEN), name="clips_upload_one_open"),
        ]


class Part(PrivateModel):
    """A stored piece of an upload: `length` bytes from `start`, in the storage under `name`."""

    creator = models.ForeignKey(Person, models.CASCADE, related_name="+")
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts")
    start = models.BigIntegerField()
    length = models.IntegerField()
    name = models.TextField()

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["upload", "start"], name="clips_part_once"),
            models.CheckConstraint(condition=Q(length__gt=0), name="clips_part_not_empty"),
        ]


class Rendition(PrivateModel):
    """One encoding of a clip, stored as `file` in the clip's folder.

    A `temporary` one is the source as it came, which plays until the ladder is made. It is then retired: on no card
    any more, but readable for a while by who plays it at that moment.
    """

    creator = models.ForeignKey(Person, models.CASCADE, related_name="+")
    clip = models.ForeignKey(Clip, models.CASCADE, related_name="renditions")
    name = models.TextField()
    file = models.TextField()
    width = models.IntegerField()
    height = models.IntegerField()
    bytes = models.BigIntegerField()
    bit_rate = models.IntegerField()
    fps = models.FloatField()
    is_temporary = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True)

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["clip", "name"], name="clips_rendition_once"),
        ]


class Likeness(PrivateModel):
    """What finds copies of a clip: hashes of a few pictures (`media.likeness`), in the order of its `version`; 0: they
    are still to be made."""

    creator = models.ForeignKey(Person, models.CASCADE, related_name="+")
    clip = models.OneToOneField(Clip, models.CASCADE, related_name="likeness")
    version = models.SmallIntegerField()
    asked = models.BinaryField()
    shown = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [models.Index(fields=["id"], condition=Q(version=0), name="clips_likeness_to_make")]


class Tag(models.Model):
    """A tag that a clip has had which others may see. One that `is_withheld` is in no clip's `tags` any more, whatever
    its words say."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tag = models.TextField(unique=True)
    is_withheld = models.BooleanField(default=False, db_default=False)


class Caption(PrivateModel):
    """What is said in a clip, in one language, as WebVTT: stored as `file` in the clip's folder."""

    creator = models.ForeignKey(Person, models.CASCADE, related_name="+")
    clip = models.ForeignKey(Clip, models.CASCADE, related_name="captions")
    language = models.TextField()
    file = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["clip", "language"], name="clips_caption_once"),
        ]
