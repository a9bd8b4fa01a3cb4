"""The For You feed as a list of stages, wherever it runs: in the product, in the simulator, in tests."""

from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.pipeline import Pipeline, Source
from parvis.recommender.pools import Pools
from parvis.recommender.ranking import Place, Predicted, Spread
from parvis.recommender.rules import AgeRules, NotBlocked, Open, Unseen
from parvis.recommender.sources import Again, Anything, Favourites, Following, Similar, Trending, Trials
from parvis.recommender.viewers import Request, enough


def for_you(catalogue: Catalogue, learner: Affinities, pools: Pools) -> Pipeline[Request]:
    """Return the pipeline over one catalogue, one learner and its pools."""
    sources: list[Source[Request]] = [
        Following(catalogue),
        Similar(learner),
        Favourites(catalogue, learner),
        Trending(pools),
        Trials(pools),
    ]
    return Pipeline(
        name="for-you",
        catalogue=catalogue,
        sources=sources,
        filters=[Open(catalogue), NotBlocked(catalogue), Unseen(catalogue), AgeRules(catalogue)],
        scorers=[Predicted(learner), Place(catalogue, learner)],
        selector=Spread(catalogue, trial_bit=[source.name for source in sources].index("new")),
        enough=enough,
        rescue=[Anything(catalogue), Again(catalogue)],
    )
