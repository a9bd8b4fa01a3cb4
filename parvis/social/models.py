"""Rows of who follows, likes, says and shares what; and how often that happened, as the public sees it."""

from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual

from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel
from parvis.clips.models import Clip
from parvis.kit.states import StateGraph

COMMENT_LONGEST = 500

# What can be muted, and what a muted text is sealed for.
PERSON, TAG, WORD = "person", "tag", "word"
MUTED_TEXT: Final = "social_mute.text"
MUTED_LONGEST = 60
OPERATOR: Final = "operator"
CREATOR: Final = "creator"

REQUESTED: Final = "requested"
ACCEPTED: Final = "accepted"
# A public account's follow begins as accepted; declining or ending it removes the rows.
FOLLOWING = StateGraph("social_follow.state", REQUESTED, {REQUESTED: {ACCEPTED: "followed"}, ACCEPTED: {}})


class Follow(PrivateModel):
    """The follower's own copy of a follow, in the follower's home. `Follower` is the followed person's copy."""

    follower = models.ForeignKey(Person, models.CASCADE, related_name="+")
    followed = models.ForeignKey(Person, models.CASCADE, related_name="+")
    state = models.TextField(default=FOLLOWING.initial)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["follower", "followed"], name="social_follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="social_follow_not_self"),
            models.CheckConstraint(condition=Q(state__in=FOLLOWING.states), name="social_follow_state_known"),
        ]


class Follower(PrivateModel):
    """The followed person's own copy of a follow, in their home: who follows them, or asks to."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    follower = models.ForeignKey(Person, models.CASCADE, related_name="+")
    state = models.TextField(default=FOLLOWING.initial)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [models.Index(fields=["person", "state", "-id"], name="social_follower_newest")]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "follower"], name="social_follower_once"),
            models.CheckConstraint(condition=~Q(person=F("follower")), name="social_follower_not_self"),
            models.CheckConstraint(condition=Q(state__in=FOLLOWING.states), name="social_follower_state_known"),
        ]


class Like(PrivateModel):
    """A person likes a clip. Lies in the person's home; the clip's side keeps a count only."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    clip = models.ForeignKey(Clip, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["person", "-id"], name="social_like_newest"),
            models.Index(fields=["clip", "-id"], name="social_like_of_clip"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "clip"], name="social_like_once"),
        ]


class Share(PrivateModel):
    """A person has shared a clip, once or more often. Lies in the person's home."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    clip = models.ForeignKey(Clip, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "clip"], name="social_share_once"),
        ]


class Comment(PrivateModel):
    """What somebody said about a clip: plain text, public once posted, in its author's home.

    `nonce` is made by the page for each comment written: sending it again after a lost answer finds the first.
    `withheld_by` is not empty while nobody sees it: OPERATOR by a decision of a moderator, CREATOR until
    the clip's creator lets it be seen, whose blocked words it says.
    `parent` is the comment that it answers: answers have no answers of their own. The clip's creator may pin one of
    them, and hide any (`hidden_at`): then only its author and the creator see it. `likes` and `replies` are counts.
    """

    author = models.ForeignKey(Person, models.CASCADE, related_name="+")
    clip = models.ForeignKey(Clip, models.CASCADE, related_name="+")
    text = models.TextField()
    nonce = models.UUIDField()
    withheld_by = models.TextField(default="", db_default="", blank=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="+", db_index=False)
    likes = models.IntegerField(default=0, db_default=0)
    replies = models.IntegerField(default=0, db_default=0)
    pinned_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["clip", "-id"], name="social_comment_newest"),
            models.Index(fields=["parent", "id"], condition=Q(parent__isnull=False), name="social_comment_replies"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["author", "clip", "nonce"], name="social_comment_once"),
            models.CheckConstraint(
                condition=~Q(text="") & Q(LessThanOrEqual(Length("text"), COMMENT_LONGEST)),
                name="social_comment_length",
            ),
            models.UniqueConstraint(
                fields=["clip"], condition=Q(pinned_at__isnull=False), name="social_comment_one_pinned"
            ),
            models.CheckConstraint(condition=Q(likes__gte=0, replies__gte=0), name="social_comment_counts"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it is neither hidden by the clip's creator nor withheld by a moderator."""
        return self.hidden_at is None and not self.withheld_by


class CommentLike(PrivateModel):
    """A person likes a comment. Lies in the person's home; the comment keeps a count only."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "comment"], name="social_commentlike_once"),
        ]


class Save(PrivateModel):
    """A person keeps a clip for later. Nobody else can tell, and nothing counts it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    clip = models.ForeignKey(Clip, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [models.Index(fields=["person", "-id"], name="social_save_newest")]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "clip"], name="social_save_once"),
        ]


class Mention(PrivateModel):
    """A person was named in a clip's words, or in a comment on it, and could see it: the named person's own row, by
    which each is told once."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    actor = models.ForeignKey(Person, models.CASCADE, related_name="+")
    clip = models.ForeignKey(Clip, models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "clip", "comment"], nulls_distinct=False, name="social_mention_once"
            ),
        ]


class Mute(PrivateModel):
    """What a person wants to see nothing of: a person (`muted`), or a tag or words (`text`, sealed), found by their
    index only. Nobody but the person can tell."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.TextField()
    muted = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    text = models.BinaryField(null=True)
    text_index = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "muted"], name="social_mute_person_once"),
            models.UniqueConstraint(fields=["person", "kind", "text_index"], name="social_mute_text_once"),
            models.CheckConstraint(
                condition=Q(kind=PERSON, muted__isnull=False, text__isnull=True, text_index__isnull=True)
                | Q(kind__in=[TAG, WORD], muted__isnull=True, text__isnull=False, text_index__isnull=False),
                name="social_mute_of_a_kind",
            ),
            models.CheckConstraint(condition=~Q(person=F("muted")), name="social_mute_not_self"),
        ]


class ClipCounts(models.Model):
    """How many people like and have shared a clip, and how many comments it has. Changed by `actions` alone, in the
    transaction that changes the rows counted."""

    clip = models.OneToOneField(Clip, models.CASCADE, primary_key=True, related_name="+")
    likes = models.IntegerField(default=0)
    comments = models.IntegerField(default=0)
    shares = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(likes__gte=0, comments__gte=0, shares__gte=0), name="social_clipcounts_not_negative"
            )
        ]


class PersonCounts(models.Model):
    """How many people follow a person, and how many the person follows; requests do not count."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    followers = models.IntegerField(default=0)
    following = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(followers__gte=0, following__gte=0), name="social_personcounts_not_negative"
            )
        ]
