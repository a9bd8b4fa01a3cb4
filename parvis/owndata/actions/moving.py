"""Moving in from another place, with its archive: videos become clips, blocks and mutes hold, tags count.

As with an archive of Parvis all of it is checked before anything changes, the worker takes it up, and each step may
be done twice. What somebody was called elsewhere finds them only where they wished so (`Alias`).
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, Final

import orjson
from django.db import transaction
from django.db.models import Q

from parvis.accounts import permits
from parvis.accounts.actions.profile import change
from parvis.accounts.models import Person
from parvis.accounts.queries import age_band_of
from parvis.accounts.viewer import ADULT, Viewer
from parvis.cells.keys import blind_index, pseudonym, seal
from parvis.cells.returning import ELSEWHERE, THERE
from parvis.clips import states as clips
from parvis.clips.actions import Brought, bring_clip
from parvis.clips.words import clean
from parvis.feed.actions import bring_tag
from parvis.kit.errors import ParvisError
from parvis.owndata import queries, states
from parvis.owndata.actions import arriving
from parvis.owndata.actions.keeping import close, give_up, keep, stored, undone
from parvis.owndata.actions.keeping import opened as opened_again
from parvis.owndata.elsewhere import known
from parvis.owndata.elsewhere.luggage import UNDATED, Film, Luggage, clip_id
from parvis.owndata.elsewhere.package import Package
from parvis.owndata.elsewhere.reports import FOUND
from parvis.owndata.elsewhere.values import TEXT_LONGEST
from parvis.owndata.errors import NothingProposed
from parvis.owndata.leases import Held, take, work
from parvis.owndata.models import ADDRESS, OFFER, PARVIS, Alias, Arrival
from parvis.social import actions as social

NOT_WITH_IT: Final = "not-in-the-archive"
LINKS_MOST: Final = 500
FOUND_MOST: Final = 500
NAME_LONGEST, BIO_LONGEST = 60, 200
ADDRESSES: Final = ("https://", "http://")
CAPTIONS_MOST: Final = 1024 * 1024
Report = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Wishes:
    """What a person wants of an archive from elsewhere: that clips which were public there are published here, and that
    people who bring theirs from the same place find the person by the name there."""

    publishes: bool = False
    is_found: bool = False


def bring(person: Person, file: IO[bytes], *, name: str = "", wishes: Wishes = Wishes()) -> Arrival:
    """Take up an archive in the own account, wherever it is from; `name` is what the file is called.

    UnknownArchive, OddArchive, TooMuch; for one of Parvis as `arriving.bring`. Nothing has changed then.
    """
    package = known.opened(file, name)
    kind = known.kind_of(package)
    if kind == PARVIS:
        return arriving.bring(person, file)
    known.read(kind, package)
    arrival, key = stored(file)
    arrival.kind, arrival.publishes, arrival.is_found = kind, wishes.publishes, wishes.is_found
    with undone(arrival), transaction.atomic():
        return keep(person, arrival, key)


def move_in_one() -> bool:
    """Take up one archive from elsewhere; return whether there was one."""
    held = take(Arrival, Q(state=states.ASKED) & ~Q(kind=PARVIS))
    if held is None:
        return False
    work(held, _move_in, give_up)
    return True


def _move_in(held: Held[Arrival]) -> None:
    person, kind = held.row.person, held.row.kind
    with opened_again(held) as file:
        package = known.opened(file)
        luggage = known.read(kind, package)
        report = {"films": _films(held, package, luggage.films)}
    viewer = _viewer(person)
    report["blocked"] = _met(held, viewer, luggage.blocked, social.block)  # before anybody is proposed
    report["muted"] = _met(held, viewer, luggage.muted, social.mute_person)
    report["words"] = _each(held, luggage.words, partial(_mute, viewer))
    report["tags"] = _each(held, luggage.tags, lambda tag: "" if bring_tag(viewer=viewer, tag=tag) else THERE)
    people = list(queries.named_elsewhere(viewer, luggage.followed, seen=True).values())[:FOUND_MOST]
    report["followed"] = {FOUND: len(people), ELSEWHERE: len(set(luggage.followed)) - len(people)}
    report |= {name: {"unused": count} for name, count in luggage.left.items()}
    for one in luggage.addresses if held.row.is_found and viewer.age_band == ADULT else ():
        _be_found(person, one)
    offer = seal(person.id, OFFER, orjson.dumps(_offer(luggage, people)).decode())
    close(held, states.READY, _told(report), offer=offer)


def _told(report: Report) -> Report:
    counted = {name: {code: count for code, count in counts.items() if count} for name, counts in report.items()}
    return {name: counts for name, counts in counted.items() if counts}


def _viewer(person: Person) -> Viewer:
    return Viewer(
        pseudonym(person.id), person.home, person.language, person_id=person.id, handle=person.handle,
        age_band=age_band_of(person),
    )  # fmt: skip


def _each(held: Held[Arrival], items: Iterable[Any], act: Callable[[Any], str]) -> dict[str, int]:
    """Do something for each item, and count what became of it: a code, or "" where it came."""
    counts: Counter[str] = Counter()
    for one in items:
        try:
            counts[act(one)] += 1
        except ParvisError as error:
            counts[error.code] += 1
        held.renew()
    return dict(counts)


def _mute(viewer: Viewer, word: str) -> str:
    social.mute_text(viewer=viewer, text=word)
    return ""


def _met(held: Held[Arrival], viewer: Viewer, addresses: list[str], act: Callable[..., Any]) -> dict[str, int]:
    """Do something to each person who is here under one of these names, and let themselves be found."""
    people = queries.named_elsewhere(viewer, addresses)

    def met(person: Person) -> str:
        act(viewer=viewer, person=person)
        return ""

    return _each(held, people.values(), met) | {ELSEWHERE: len(set(addresses)) - len(people)}


def _films(held: Held[Arrival], package: Package, films: list[Film]) -> dict[str, int]:
    is_adult = age_band_of(held.row.person) == ADULT
    return _each(held, films, lambda film: _film(held.row, package, film, is_adult=is_adult))


def _film(arrival: Arrival, package: Package, film: Film, *, is_adult: bool) -> str:
    """Make a clip of a film whose file is there. Those of minors are for themselves until they say otherwise."""
    if not film.entry:
        return NOT_WITH_IT
    person, made = arrival.person, clip_id(arrival.person_id, arrival.kind, film)
    publishes = arrival.publishes and film.was_open
    if publishes:
        permits.ask(permits.Act(person.id, permits.SAY, (film.words.title, film.words.caption, film.words.alt)))
    brought = Brought(
        id=made,
        words=film.words,
        created_at=film.created_at or package.written_at(film.entry) or UNDATED,
        publication=clips.PUBLISHED if publishes else clips.DRAFT,
        audience=film.audience if is_adult else clips.ME,
        language=film.language,
        allow_comments=film.allow_comments,
        allow_duet=film.allow_duet,
        allow_download=film.allow_download,
        is_sensitive=film.is_sensitive,
    )
    captions = ((language, package.open(entry).read(CAPTIONS_MOST)) for language, entry in film.captions.items())
    with package.open(film.entry) as file:
        size = package.size(film.entry)
        is_new = bring_clip(creator=person, brought=brought, file=file, size=size, captions=captions)
    return "" if is_new else THERE


def _be_found(person: Person, address: str) -> None:
    index = blind_index(person.home, ADDRESS, address)
    sealed = seal(person.id, ADDRESS, address)
    Alias.objects.get_or_create(person=person, address_index=index, defaults={"home": person.home, "address": sealed})


def _offer(luggage: Luggage, people: list[Person]) -> dict[str, Any]:
    links = [film.link for film in luggage.films if not film.entry and film.link.startswith(ADDRESSES)]
    return {
        "display_name": clean(luggage.name.replace("\n", " "), 4 * TEXT_LONGEST)[:NAME_LONGEST],
        "bio": clean(luggage.bio, 4 * TEXT_LONGEST)[:BIO_LONGEST],
        "links": links[:LINKS_MOST],
        "people": [str(one.id) for one in people],
    }


@transaction.atomic
def take_profile(*, person: Person, arrival_id: uuid.UUID) -> None:
    """Take over the name and words that an archive proposes. NoSuchDownload for another's, NothingProposed."""
    arrival = queries.arrival_of(person, arrival_id)
    offer = queries.offer_of(arrival)
    proposed = {name: offer[name] for name in ("display_name", "bio") if offer.get(name)}
    if not proposed:
        raise NothingProposed
    change(person, **proposed)
    left = {name: one for name, one in offer.items() if name not in proposed}
    Arrival.objects.filter(id=arrival.id).update(offer=seal(person.id, OFFER, orjson.dumps(left).decode()))


def be_found_no_more(*, person: Person, alias_id: uuid.UUID) -> None:
    """Take back a name by which others find the person. One that is gone stays gone."""
    Alias.objects.filter(person=person, id=alias_id).delete()
