"""The For You feed as a list of stages, wherever it runs: in the product, in the simulator, in tests."""

from collections.abc import Sequence
from typing import TypeVar

from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.encoder.space import PROBES, Space
from parvis.recommender.near import Near, Served
from parvis.recommender.newclips import NewClips
from parvis.recommender.pipeline import Pipeline, Scorer, Source
from parvis.recommender.pools import Pools
from parvis.recommender.ranking import Lasting, Place, Predicted, Spread
from parvis.recommender.rules import AgeRules, NotBlocked, Open, Unseen
from parvis.recommender.sources import (
    About,
    Again,
    Anything,
    Auditions,
    Favourites,
    Following,
    Similar,
    Trending,
    Trials,
)
from parvis.recommender.viewers import Request, enough

R = TypeVar("R", bound=Request)


def for_you(
    catalogue: Catalogue,
    learner: Affinities,
    pools: Pools,
    trials: NewClips | None = None,
    *,
    lasting: float = 0.0,
    served: Served | None = None,
) -> Pipeline[R]:
    """Return the pipeline over one catalogue, one learner and its pools.

    With `trials` new clips are tried as `newclips` says, without it each slate has a place for one of `pools.trials`.
    `lasting` is the weight of how long clips of a length are usually watched: more of it is more watch time and more
    skips, so it is a choice of who runs the feed. With `served`, what the nightly encoder says comes next, and what is
    near to what was liked, are looked at too.
    """
    sources: Sequence[Source[R]] = [
        Following(catalogue),
        Similar(learner),
        Favourites(catalogue, learner),
        About(learner, pools),
        Trending(pools),
        Auditions(catalogue, trials) if trials is not None else Trials(pools),
    ]
    if served is not None:
        sources = [*sources, *encoded(catalogue, served)]
    scorers: list[Scorer[R]] = [Predicted(learner), Place(catalogue, learner)]
    if lasting:
        scorers.append(Lasting(learner, weight=lasting))
    names = [source.name for source in sources]
    return Pipeline(
        name="for-you",
        catalogue=catalogue,
        sources=sources,
        filters=[Open(catalogue), NotBlocked(catalogue), Unseen(catalogue), AgeRules(catalogue)],
        scorers=scorers,
        selector=Spread(
            catalogue,
            learner.interests,
            trial_bit=names.index("new"),
            trials=trials,
        ),
        enough=enough,
        rescue=[Anything(catalogue), Again(catalogue)],
    )


def encoded(catalogue: Catalogue, served: Served) -> list[Near]:
    """Return the two sources over the clip vectors of the nightly encoder. A search costs more than all other sources
    together, so what it found is used for as many events as twelve slates have."""
    return [
        Near(catalogue, served, most=16, every=96, probes=PROBES, vector_of=Space.after, name="next"),
        Near(catalogue, served, most=16, every=96, probes=PROBES, vector_of=Space.around, name="near"),
    ]
