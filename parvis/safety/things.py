"""The kinds of thing of the packages below: clips, comments, and what stands on a profile."""

import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from parvis.accounts.actions.profile import change, give_back_avatar, withhold_avatar
from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.clips import actions as clip_actions
from parvis.clips import queries as clips
from parvis.clips import states as clip_states
from parvis.clips.cards import with_files
from parvis.clips.errors import NoSuchClip
from parvis.clips.models import Caption, Clip, Tag
from parvis.safety.models import Case
from parvis.safety.registry import Thing, ThingKind, register
from parvis.safety.states import ON_THING, REMOVE
from parvis.social import actions as social_actions
from parvis.social import queries as social
from parvis.social.models import Comment

Before = dict[str, Any]
SHOWN_EDGE = 720


def _clip(clip_id: uuid.UUID) -> Thing | None:
    clip = with_files(Clip.objects.filter(id=clip_id).exclude(publication=clip_states.DELETED)).first()
    if clip is None:
        return None
    card = clips.card_of(clip, own=True)
    films = [one["url"] for one in card.renditions if min(one["width"], one["height"]) <= SHOWN_EDGE]
    return Thing(
        kind="clip",
        id=clip.id,
        person=clip.creator,
        title=card.title,
        text=card.caption,
        url=clip.get_absolute_url(),
        picture=card.poster,
        film=films[-1] if films else "",
        reach=sum(social.counts([clip.id])[clip.id]),
    )


def _sees_clip(viewer: Viewer, clip_id: uuid.UUID) -> bool:
    try:
        clips.for_viewer(viewer).one(clip_id)
    except NoSuchClip:
        return False
    return True


def _apply_to_clip(clip_id: uuid.UUID, measures: frozenset[str], before: Before) -> Before:
    if REMOVE in measures:
        hidden_by = clip_actions.withhold(clip_id=clip_id)
        return {} if hidden_by is None else {"hidden_by": hidden_by}
    if "hidden_by" in before:
        clip_actions.give_back(clip_id=clip_id, hidden_by=before["hidden_by"])
    clip_actions.limit(clip_id=clip_id, limits=measures & frozenset(clip_states.LIMITS))
    return {}


def _words(clip_id: uuid.UUID) -> Thing | None:
    whole = _clip(clip_id)
    return whole and replace(whole, kind="words", film="", picture="")


def _sees_words(viewer: Viewer, clip_id: uuid.UUID) -> bool:
    has_words = Clip.objects.filter(id=clip_id).exclude(title="", caption="", alt="").exists()
    return has_words and _sees_clip(viewer, clip_id)


def _apply_to_words(clip_id: uuid.UUID, measures: frozenset[str], before: Before) -> Before:
    if REMOVE in measures:
        return clip_actions.withhold_words(clip_id=clip_id)
    clip_actions.give_back_words(clip_id=clip_id, words=before)
    return {}


def _captions(clip_id: uuid.UUID) -> Thing | None:
    whole = _clip(clip_id)
    return whole and replace(whole, kind="captions", text=clips.caption_text(clip_id), film="", picture="")


def _sees_captions(viewer: Viewer, clip_id: uuid.UUID) -> bool:
    return Caption.objects.filter(clip_id=clip_id).exists() and _sees_clip(viewer, clip_id)


def _apply_to_captions(clip_id: uuid.UUID, measures: frozenset[str], before: Before) -> Before:
    if REMOVE in measures:
        return clip_actions.withhold_captions(clip_id=clip_id)
    clip_actions.give_back_captions(clip_id=clip_id, texts=before)
    return {}


def _tag(tag_id: uuid.UUID) -> Thing | None:
    """A tag belongs to nobody: told and heard is who used it first; once it is gone, who was when it was reported."""
    tag = Tag.objects.filter(id=tag_id).first()
    if tag is None:
        return None
    first = clips.first_with(tag)
    case = Case.objects.filter(kind="tag", object=tag_id).select_related("person").order_by("-id").first()
    person = first.creator if first else case.person if case else None
    if person is None:
        return None
    return Thing(
        kind="tag",
        id=tag.id,
        person=person,
        title=f"#{tag.tag}",
        url=f"/tag/{quote(tag.tag, safe='')}",
        reach=Clip.objects.filter(tags__contains=[tag.tag]).count(),
    )


def _sees_tag(viewer: Viewer, tag_id: uuid.UUID) -> bool:
    tag = Tag.objects.filter(id=tag_id, is_withheld=False).first()
    return tag is not None and clips.first_with(tag) is not None


def _apply_to_tag(tag_id: uuid.UUID, measures: frozenset[str], before: Before) -> Before:
    if REMOVE in measures:
        return {"clips": clip_actions.withhold_tag(tag_id=tag_id)}
    clip_actions.give_back_tag(tag_id=tag_id, clips=before.get("clips", ()))
    return {}


def _comment(comment_id: uuid.UUID) -> Thing | None:
    row = Comment.objects.filter(id=comment_id).select_related("author", "clip__creator").first()
    if row is None:
        return None
    return Thing(
        kind="comment",
        id=row.id,
        person=row.author,
        text=row.text,
        url=f"{row.clip.get_absolute_url()}#comments",
        place=row.clip.title or f"@{row.clip.creator.handle}",
        reach=sum(social.counts([row.clip_id])[row.clip_id]) // 10,  # few read so far down
    )


def _sees_comment(viewer: Viewer, comment_id: uuid.UUID) -> bool:
    row = Comment.objects.filter(id=comment_id, author__is_active=True, withheld_by="").first()
    return row is not None and _sees_clip(viewer, row.clip_id)


def _apply_to_comment(comment_id: uuid.UUID, measures: frozenset[str], before: Before) -> Before:
    social_actions.withhold_comment(comment_id=comment_id, by="operator" if REMOVE in measures else "")
    return {}


def _profile(person_id: uuid.UUID) -> Thing | None:
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        return None
    return Thing(
        kind="profile",
        id=person.id,
        person=person,
        title=person.display_name or f"@{person.handle}",
        text=person.bio,
        url=person.get_absolute_url(),
        picture=f"/avatars/{person.avatar_key}" if person.avatar_key else "",
        reach=social.followers(person.id),
    )


def _sees_person(viewer: Viewer, person_id: uuid.UUID) -> bool:
    return Person.objects.filter(id=person_id, is_active=True).exists()


def _apply_to_profile(person_id: uuid.UUID, measures: frozenset[str], before: Before) -> Before:
    person = Person.objects.select_for_update().get(id=person_id)
    if REMOVE in measures:
        said = {"display_name": person.display_name, "bio": person.bio}
        change(person, display_name="", bio="")
        return said
    # What the person has written since stays.
    change(person, **{name: words for name, words in before.items() if not getattr(person, name)})
    return {}


def _picture(person_id: uuid.UUID) -> Thing | None:
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        return None
    return Thing(
        kind="picture",
        id=person.id,
        person=person,
        title=f"@{person.handle}",
        url=person.get_absolute_url(),
        picture=f"/avatars/{person.avatar_key}" if person.avatar_key else "",
        reach=social.followers(person.id),
    )


def _sees_picture(viewer: Viewer, person_id: uuid.UUID) -> bool:
    return Person.objects.filter(id=person_id, is_active=True).exclude(avatar_key="").exists()


def _apply_to_picture(person_id: uuid.UUID, measures: frozenset[str], before: Before) -> Before:
    if REMOVE in measures:
        return {"key": withhold_avatar(person_id)}
    give_back_avatar(person_id, before.get("key", ""))
    return {}


KINDS = (
    ThingKind("clip", "CONTENT_TYPE_VIDEO", ON_THING, _clip, _sees_clip, _apply_to_clip),
    ThingKind("words", "CONTENT_TYPE_TEXT", (REMOVE,), _words, _sees_words, _apply_to_words),
    ThingKind("captions", "CONTENT_TYPE_TEXT", (REMOVE,), _captions, _sees_captions, _apply_to_captions),
    ThingKind("tag", "CONTENT_TYPE_OTHER", (REMOVE,), _tag, _sees_tag, _apply_to_tag),
    ThingKind("comment", "CONTENT_TYPE_TEXT", (REMOVE,), _comment, _sees_comment, _apply_to_comment),
    ThingKind("profile", "CONTENT_TYPE_TEXT", (REMOVE,), _profile, _sees_person, _apply_to_profile),
    ThingKind("picture", "CONTENT_TYPE_IMAGE", (REMOVE,), _picture, _sees_picture, _apply_to_picture),
)
for _kind in KINDS:
    register(_kind)
