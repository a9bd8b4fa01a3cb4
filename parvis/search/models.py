"""What is looked up. All of it is made of what anybody may read, and can be made again from there."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

CLIP, PERSON, TAG = "clip", "person", "tag"
KINDS = (CLIP, PERSON, TAG)


class Text(models.Model):
    """The words of one clip or person, and how much it is worth to those who look for nothing in particular.

    `id` is that of the clip or person. `words` are terms with weights: A of a title, name or handle, B of a tag, D of
    a caption. `hot`: among the best; a common word is looked for there first. `worth` grows by 1 when twice as many
    people like a clip, and when it is thirty days younger.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    words = SearchVectorField()
    worth = models.FloatField(default=0.0)
    hot = models.BooleanField(default=True)

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="search_text_words", fastupdate=False),
            GinIndex(fields=["words"], condition=Q(hot=True), name="search_text_hot_words", fastupdate=False),
            models.Index(fields=["kind", "-worth"], condition=Q(hot=True), name="search_text_best"),
        ]
        constraints = [models.CheckConstraint(condition=Q(kind__in=(CLIP, PERSON)), name="search_text_kind_known")]


class Word(models.Model):
    """A term that is there: in how many texts of its kind, and by what it is found if it is spelt a little wrong
    (`parvis.search.words.near`). Tags stand here too, whole."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    word = models.TextField()
    uses = models.IntegerField(default=0)
    near = ArrayField(models.TextField(), default=list)

    class Meta:
        indexes = [GinIndex(fields=["near"], name="search_word_near", fastupdate=False)]
        constraints = [
            models.UniqueConstraint(fields=["kind", "word"], name="search_word_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="search_word_kind_known"),
        ]
