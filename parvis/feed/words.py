"""Why a clip was shown, and how the feed works, in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import get_timezone_location
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from parvis.feed.traces import Reading
from parvis.recommender.viewers import DAILY, LESS, MINUTES, MORE, MOST, NEVER
from parvis.ui import charts

LEAST = 0.05  # what weighs less than this is not worth a sentence

FOUND: dict[str, Any] = {
    "following": gettext_lazy("You follow its creator."),
    "similar": gettext_lazy("People who liked what you liked last went on to like it."),
    "favourites": gettext_lazy("It is by a creator, or about a subject, that you like."),
    "about": gettext_lazy("It is one of the best about something that holds you."),
    "trending": gettext_lazy("Many people like it now, here or in your language."),
    "new": gettext_lazy("It is new, and every new clip is shown to a few people."),
    "anything": gettext_lazy("You had seen everything else that we had found for you."),
    "again": gettext_lazy("You have seen everything new, so this is one that you saw long ago."),
    "next": gettext_lazy("People who liked the same clips as you, in the same order, often like it next."),
    "near": gettext_lazy("The same people like it as like the clips that you liked last."),
    "newest": gettext_lazy("It is one of the newest clips."),
    "tag": gettext_lazy("It has the tag that you opened."),
    "creator": gettext_lazy("It is by the creator whose page you opened."),
    "link": gettext_lazy("You opened its link."),
    "your choice": gettext_lazy("You asked for more of its creator, sound or subject."),
}
FOR: dict[str, Any] = {
    "quality": gettext_lazy("Most people who saw it watched it longer than other clips of its length."),
    "trend": gettext_lazy("It was liked a lot in the last hours."),
    "fresh": gettext_lazy("It was posted lately."),
    "similar": gettext_lazy("It goes with the clips that you liked last."),
    "creator": gettext_lazy("You like this creator's clips."),
    "sound": gettext_lazy("You like clips with this sound."),
    "language": gettext_lazy("You like clips in this language."),
    "market": gettext_lazy("You like clips from this country."),
    "length": gettext_lazy("You like clips of this length."),
    "tags": gettext_lazy("You like clips with these tags."),
    "subject": gettext_lazy("It is about something that holds you."),
    "interest": gettext_lazy("It holds viewers who watch what you watch."),
    "watch time": gettext_lazy("You are likely to watch it for longer than others."),
    "long view": gettext_lazy("You are likely to watch most of it."),
    "like": gettext_lazy("You are likely to like it."),
    "share": gettext_lazy("You are likely to share it."),
    "follow": gettext_lazy("You are likely to follow its creator."),
    "comment": gettext_lazy("You are likely to comment on it."),
    "skip": gettext_lazy("You are less likely to skip it than others."),
    "your language": gettext_lazy("It is in your language."),
    "your market": gettext_lazy("It is from your country."),
    "luck": gettext_lazy("Chance: we try out clips of which little is known."),
    "your choice": gettext_lazy("You asked for more of this."),
}
AGAINST: dict[str, Any] = {
    "quality": gettext_lazy("Most people who saw it left it sooner than other clips of its length."),
    "creator": gettext_lazy("You have left clips of this creator."),
    "sound": gettext_lazy("You have left clips with this sound."),
    "language": gettext_lazy("You have left clips in this language."),
    "market": gettext_lazy("You have left clips from this country."),
    "length": gettext_lazy("You have left clips of this length."),
    "tags": gettext_lazy("You have left clips with these tags."),
    "subject": gettext_lazy("It is about something that you leave sooner than other things."),
    "interest": gettext_lazy("Viewers who watch what you watch leave it sooner than others."),
    "tired": gettext_lazy("You have just seen others like it."),
    "watch time": gettext_lazy("You are likely to watch it for a shorter time than others."),
    "long view": gettext_lazy("You are less likely to watch most of it."),
    "skip": gettext_lazy("You are likely to skip it."),
    "not interested": gettext_lazy("You are likely not to want it."),
    "seen lately": gettext_lazy("You saw other clips of this creator a moment ago."),
    "luck": gettext_lazy("Chance put it a little further down."),
    "your choice": gettext_lazy("You asked for less of this."),
}
WORTH: dict[str, Any] = {
    "watch time": gettext_lazy("How long you are likely to watch: for each time it grows by a factor of 2.7"),
    "long view": gettext_lazy("That you watch most of it"),
    "like": gettext_lazy("That you like it"),
    "share": gettext_lazy("That you share it"),
    "follow": gettext_lazy("That you follow its creator"),
    "comment": gettext_lazy("That you comment on it"),
    "skip": gettext_lazy("That you skip it"),
    "not interested": gettext_lazy("That you do not want it"),
}
STEPS: dict[str, Any] = {
    "following": pgettext_lazy("step of the feed", "Creators whom you follow"),
    "similar": pgettext_lazy("step of the feed", "Liked by people after what you liked"),
    "favourites": pgettext_lazy("step of the feed", "Creators and subjects that you like"),
    "about": pgettext_lazy("step of the feed", "The best of what holds you"),
    "trending": pgettext_lazy("step of the feed", "Liked by many now"),
    "new": pgettext_lazy("step of the feed", "New clips on trial"),
    "anything": pgettext_lazy("step of the feed", "Anything else"),
    "again": pgettext_lazy("step of the feed", "Seen long ago"),
    "next": pgettext_lazy("step of the feed", "What often comes next after what you liked"),
    "near": pgettext_lazy("step of the feed", "Near to what you liked last"),
    "newest": pgettext_lazy("step of the feed", "Newest clips"),
    "tag": pgettext_lazy("step of the feed", "Clips with the tag"),
    "creator": pgettext_lazy("step of the feed", "Clips of the creator"),
    "link": pgettext_lazy("step of the feed", "The clip of the link"),
    "your choice": pgettext_lazy("step of the feed", "What you asked for more of"),
    "not published": pgettext_lazy("step of the feed", "Left after taking out what is not for you to see"),
    "blocked, refused or own": pgettext_lazy(
        "step of the feed", "Left after taking out blocked, unwanted and own clips"
    ),
    "blocked": pgettext_lazy("step of the feed", "Left after taking out blocked people"),
    "muted": pgettext_lazy("step of the feed", "Left after taking out whom and what you mute"),
    "already seen": pgettext_lazy("step of the feed", "Left after taking out what you have seen"),
    "you said never": pgettext_lazy("step of the feed", "Left after taking out what you never want to see"),
    "enough of it today": pgettext_lazy(
        "step of the feed", "Left after taking out what you had enough of today, as you said"
    ),
    "age rules": pgettext_lazy("step of the feed", "Left after the age rules"),
    "further up": pgettext_lazy("step of the feed", "Left further down the list"),
    "SecondLook": pgettext_lazy("step of the feed", "A closer look at the best: what you are likely to do with each"),
    "Spread": pgettext_lazy("step of the feed", "Chosen, spread over creators, sounds and subjects"),
    "Capped": pgettext_lazy("step of the feed", "Chosen within your limits, spread over creators, sounds and subjects"),
    "Top": pgettext_lazy("step of the feed", "Chosen in order"),
}
FEEDS: dict[str, Any] = {
    "for-you": gettext_lazy("It was shown in For You."),
    "newest": gettext_lazy("It was shown in For You in order of time, without looking at what you did."),
    "following": gettext_lazy("It was shown among the clips of those whom you follow."),
    "tag": gettext_lazy("It was shown among the clips of a tag."),
    "by": gettext_lazy("It was shown among the clips of its creator."),
    "clip": gettext_lazy("It was shown because its link was opened."),
}


SAYS: dict[str, Any] = {
    MORE: gettext_lazy("More of it"),
    LESS: gettext_lazy("Less of it"),
    NEVER: gettext_lazy("Never"),
}


CAPS: dict[str, tuple[int, ...]] = {MOST: (1, 2, 4), DAILY: (3, 10, 25), MINUTES: (5, 15, 30)}


def options(chosen: str) -> list[tuple[str, str, bool]]:
    """Return what can be said of a topic: value of the control, words, whether it is `chosen`."""
    words = [(MORE, str(SAYS[MORE])), (LESS, str(SAYS[LESS]))]
    said, _dash, number = chosen.partition("-")
    for says, usual in CAPS.items():
        most = sorted({*usual, int(number)}) if says == said else usual
        words += [(f"{says}-{one}", _cap(says, one)) for one in most]
    words.append((NEVER, str(SAYS[NEVER])))
    return [(value, text, value == chosen) for value, text in words]


def _cap(says: str, most: int) -> str:
    """Return a cap on a topic in words."""
    if says == MOST:
        words = ngettext("At most %(most)d clip of 8", "At most %(most)d clips of 8", most)
    elif says == DAILY:
        words = ngettext("At most %(most)d clip a day", "At most %(most)d clips a day", most)
    else:
        words = ngettext("At most %(most)d minute a day", "At most %(most)d minutes a day", most)
    return words % {"most": most}


def durations(chosen: int | None, bound: int | None = None) -> list[tuple[int, str, bool]]:
    """Return the caps on time that can be chosen: minutes, words, whether it is `chosen`; none beyond a `bound`."""
    minutes = _up_to(bound, {15, 30, 45, 60, 90, 120, 180, chosen or 15})
    no_end = [(0, str(_("No limit")), chosen is None)] if bound is None else []
    return no_end + [
        (one, ngettext("%(minutes)d minute a day", "%(minutes)d minutes a day", one) % {"minutes": one}, one == chosen)
        for one in minutes
    ]


def breaks(chosen: int, bound: int | None = None) -> list[tuple[int, str, bool]]:
    """Return after how long one can be reminded of a break: minutes, words, whether it is `chosen`. 0: never. None is
    beyond a `bound`."""
    minutes = _up_to(bound, {15, 20, 30, 45, 60, 90, chosen or 30})
    never = [(0, str(_("Never")), chosen == 0)] if bound is None else []
    return never + [
        (one, ngettext("%(minutes)d minute", "%(minutes)d minutes", one) % {"minutes": one}, one == chosen)
        for one in minutes
    ]


def _up_to(bound: int | None, minutes: set[int]) -> list[int]:
    return sorted(one for one in minutes if bound is None or one <= bound)


def place_of(zone: ZoneInfo) -> str:
    """Return the place after which a time zone is called, in the reader's language."""
    try:
        locale = Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return str(get_timezone_location(zone, locale=locale, return_city=True))


def lasting(milliseconds: float) -> str:
    """Return how long something took: in seconds, minutes, or hours and minutes."""
    minutes = round(milliseconds / 60_000)
    if minutes < 1:
        return _("%(seconds)d s") % {"seconds": round(milliseconds / 1000)}
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}


def drawn(days: list[tuple[date, int]]) -> dict[str, Any]:
    """Return what the page says and draws of days, each with its milliseconds: averages are since the first of them."""
    titles = [f"{date_format(day, 'MONTH_DAY_FORMAT')}: {lasting(watched)}" for day, watched in days]
    watched = [one for _day, one in days]
    since = next((place for place, one in enumerate(watched) if one), len(days) - 1)
    return {
        "bars": list(zip(titles, charts.bars(watched), strict=True)),
        "most": lasting(max(watched)),
        "first": date_format(days[0][0], "MONTH_DAY_FORMAT"),
        "last": date_format(days[-1][0], "MONTH_DAY_FORMAT"),
        "rows": [(day, lasting(one)) for day, one in reversed(days) if one],
        "today": lasting(watched[-1]),
        "average": lasting(sum(watched) / (len(days) - since)),
    }


@dataclass(frozen=True)
class Why:
    """A trace in words. `reasons`: sentences, first who found the clip, then what spoke for it, the weightiest first.
    `parts`: what the score was made of, with shares in per cent. `steps`: every stage with clips in and out."""

    reasons: list[str]
    parts: list[dict[str, Any]]
    steps: list[dict[str, Any]]


def worth() -> list[tuple[str, float]]:
    """Return what each thing that a viewer may do is worth to the feed: words and points."""
    return [(str(words), settings.PARVIS_FEED_WEIGHTS[name]) for name, words in WORTH.items()]


def _told(reading: Reading) -> list[tuple[dict[str, Any], str, float]]:
    """Return the parts of a score that are worth telling, the weightiest first: words, name, weight."""
    weighed = sorted(reading.parts.items(), key=lambda part: -abs(part[1]))
    told = [(FOR if value > 0 else AGAINST, name, abs(value)) for name, value in weighed if name != "newest"]
    return [(words, name, value) for words, name, value in told if value >= LEAST and name in words]


def why(reading: Reading) -> Why:
    """Return a trace in words."""
    told = _told(reading)
    total = sum(value for _words, _name, value in told)
    reasons = [str(FOUND[name]) for name in reading.sources if name in FOUND]
    reasons += [str(words[name]) for words, name, _value in told if words is FOR]
    if reading.moved > 0:
        reasons.append(_("It was moved up, so that the clips before it are not all alike."))
    return Why(
        reasons,
        [{"words": str(words[name]), "share": round(100 * value / total)} for words, name, value in told],
        [
            {"kind": kind, "words": str(STEPS[name]), "came": came, "left": left, "reasons": []}
            for kind, name, came, left in reading.stages
            if name in STEPS
        ],
    )
