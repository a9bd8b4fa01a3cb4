"""Every number of the simulated world, where it comes from, and what was assumed."""

from dataclasses import dataclass

DAY_S = 86_400.0
START = 1_800_000_000.0  # seconds since 1970; a midnight is assumed here


@dataclass(frozen=True)
class Settings:
    """The world, set before any recommender was compared in it and the same for all of them.

    *How long a clip holds a viewer* is log-normal, about `hold_s` seconds times e^(appeal + noise), cut by the clip's
    end. Median, spread and the weak dependence on length were read off the 70,003 impressions of the main tab of
    KuaiRand-Pure (Gao et al. 2022; 25-30 April): clips of 15 to 30 s are watched for 5.4 s in the median, 24 % of all
    are left within 2 s, 26 % of those of 15 to 30 s are watched to the end, which takes a spread of 2.2 of the
    logarithm; one in six that reach the end runs again; 2.0 % are liked, 0.16 % lead to a follow, 0.26 % to a comment,
    0.09 % are shared, 0.07 % refused. `base` is such that a feed of what is popular comes near those.

    *How much of that is taste* no log tells. Assumed: half of the variance between a random viewer and a random clip
    (1.5 of 2.2, the rest is `noise`), of which subjects, which tags betray for the most part, are the largest share;
    `mood` is seen in no tag, and only what is watched together betrays it.

    *Sessions*: assumed to begin `sessions` times a day (more in the evening), to be limited by a log-normal time, and
    to end after any clip with `leave`, more likely after one that was skipped (`leave_skipped`), as in KuaiSim (Zhao et
    al. 2023) and RecSim (Ie et al. 2019), where patience is spent by what disappoints. So a better feed is
    watched longer in two ways; benchmarks report watch time per clip too, which depends on the first one only.

    *Boredom*: each showing of a subject or a creator takes from the appeal of the next, and is forgotten with a
    half-life; a clip that was seen already loses `repeat`. *Drift*: tastes wander, and a subject that was liked may
    change places with another. *Clips* go stale, as the popularity of real ones does, with a half-life of days.
    """

    viewers: int = 1000
    clips: int = 4000  # there at the start, made over the `past_days` before
    past_days: float = 10.0
    new_per_day: int = 400
    days: float = 3.0
    creators: int = 300
    sounds: int = 200
    slate: int = 8

    markets: tuple[tuple[str, str], ...] = (("US", "en"), ("FR", "fr"), ("DE", "de"))
    second_language: float = 0.3  # of the viewers understand English too, or French
    wordless: float = 0.35  # of the clips are understood by everybody, whatever language they say

    topics: int = 24
    topic_tags: int = 4  # tags that belong to each subject
    free_tags: int = 30  # tags that belong to none
    honest_tags: float = 0.75  # of the tags of a clip are of its subject
    liked: int = 4  # subjects that a viewer likes, and as many that a viewer dislikes
    moods: int = 6

    hold_s: float = 5.0
    base: float = 0.2
    taste: float = 1.0
    mood: float = 0.7
    quality: float = 0.5
    topic: float = 0.25  # how far subjects differ for everybody, and again within a market
    foreign: float = 2.0  # what a language that is not understood takes
    abroad: float = 0.2  # what another market takes
    length: float = 0.3  # how far viewers differ in what they make of a clip's length
    stale: float = 0.5  # what age takes in the end
    stale_days: float = 3.0
    noise: float = 1.5

    bored_topic: float = 0.15
    bored_topic_s: float = 1200.0  # half-life
    bored_creator: float = 0.3
    bored_creator_s: float = 3600.0
    repeat: float = 2.0
    wander: float = 0.15  # how far each taste moves in a day
    change: float = 0.2  # liked subjects that change places with others, per viewer and day

    again: float = 0.17  # each further round, while the clip still holds the viewer
    like: float = 0.12  # of those held as long as it takes ...
    share: float = 0.006
    comment: float = 0.016
    follow: float = 0.010
    refuse: float = 0.0025  # of those left at once
    held: float = 2.0  # ... which is where e^2 times `hold_s` is reached

    sessions: float = 3.5  # per viewer and day
    session_s: float = 600.0  # median of the time there is
    leave: float = 0.01
    leave_skipped: float = 0.04
    swipe_s: float = 0.8

    withheld: float = 0.0  # of the clips at the start come only between these hours
    release_hours: tuple[float, float] = (24.0, 30.0)
