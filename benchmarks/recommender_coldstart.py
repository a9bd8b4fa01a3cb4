"""What becomes of new clips, and what trying them costs: 10 % of the clips come on the second simulated day.

600 viewers, 2,400 clips.

A simulation (`parvis.recommender.simulator.settings`). Three arms see the same world: trials as the product has them
(`parvis.recommender.newclips`); uniform exploration, the same trials with as many places as it takes drawn uniformly of
all places, and the clip for each uniformly of those on trial, which are shown nowhere else; and no trials at all, where
a new clip is a clip like any other. Figures are means over seeds with half the width of the 95 % interval (`_ci`).

`regret_over_uniform`: regret of ours over that of uniform exploration. The regret of a showing on trial is the expected
watch time (truly, as the world knows it) that the other places of its slate have more than it, so what the viewer gave
for it; a new clip that won its place by what it is worth is no showing on trial. `regret_to_best_over_uniform`: the
same against the new clip that is truly best for that viewer then. `regret_s` is the first one per showing.
`watch_time_lost`: share of watch time lost from the release on, against no trials. `given_in_time`: share of the new
clips that were shown as often as they are owed within 24 simulated hours. `stable_after`: showings after which the rank
of the median new clip, by what is believed of it among all clips, stays within 0.15 of where it ends (of 1);
`stable_after_cold` the same without what the content promises.
"""

import os
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from benchmarks.report import report
from parvis.recommender.interface import Events
from parvis.recommender.newclips import NewClips, State, TrialRules
from parvis.recommender.pipeline import Batch
from parvis.recommender.ranking import Spread
from parvis.recommender.signals import WATCHED, Floats, Ints
from parvis.recommender.simulator.arms import ForYou
from parvis.recommender.simulator.figures import interval
from parvis.recommender.simulator.loop import Record, run
from parvis.recommender.simulator.settings import START, Settings
from parvis.recommender.simulator.world import World
from parvis.recommender.urgency import Pool
from parvis.recommender.viewers import Request

SMALL = os.environ.get("SCALE") == "small"
SMALL_SETTINGS = Settings(viewers=200, clips=800, new_per_day=0, days=2.0, withheld=0.1, release_hours=(18.0, 22.0))
SETTINGS = SMALL_SETTINGS if SMALL else Settings(viewers=600, clips=2400, new_per_day=0, days=2.3, withheld=0.1)
SEEDS = (1, 2) if SMALL else (1, 2, 3)
RELEASE = START + 3600.0 * SETTINGS.release_hours[0]
WITHIN_S = 86_400.0
NEAR = 0.15
HELD = np.float32(20.0)  # what puts a clip behind all others


class Noting(Spread):
    """Notes which clips of the last list were given a place, and won none."""

    given: tuple[int, ...] = ()

    def choose(self, request: Request, batch: Batch) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int16]]:
        self.given = ()
        places, moved = super().choose(request, batch)
        self.given = tuple(int(batch.clips[place]) for place in self.given)
        return places, moved

    def _give(
        self,
        request: Request,
        waiting: list[tuple[int, float, float]],
        lists: tuple[list[int], list[int], list[float]],
        slate: tuple[int, int],
    ) -> None:
        before = {place for place, _, _ in waiting}
        super()._give(request, waiting, lists, slate)
        self.given += tuple(before - {place for place, _, _ in waiting})


class Uniform(Noting):
    """Gives the place on trial to any of the clips that the source found; elsewhere no clip on trial is shown."""

    def choose(self, request: Request, batch: Batch) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int16]]:
        trials = self.trials
        assert trials is not None
        held = np.isin(batch.clips, trials.on_trial)
        return super().choose(request, replace(batch, total=batch.total - HELD * held.astype(np.float32)))

    def _worth_on_trial(self, request: Request, batch: Batch, on_trial: np.ndarray) -> Floats:
        return request.random.random(len(on_trial), dtype=np.float32)


class EvenTrials(NewClips):
    """Trials whose clips and slates are all alike: no belief, no urgency, places at random."""

    luck = np.random.default_rng(17)

    def draw(self, clips: Ints, random: np.random.Generator) -> Floats:
        return random.random(len(clips), dtype=np.float32)

    def sample(self, most: int, random: np.random.Generator, language: int = -1) -> Ints:
        return super().sample(most, random)

    def wants(self, cost: float) -> bool:
        self._places += 1
        return float(self.luck.random()) < self.chance

    def refresh(self, now: float) -> None:
        super().refresh(now)
        n = len(self.on_trial)
        self.pool = Pool(self.on_trial, np.ones(n), np.ones(n, np.bool_))


@dataclass
class Tried(ForYou):
    """The feed with trials, noting what each showing on trial cost and what was believed of the clip after it."""

    regret: list[float] = field(default_factory=list)
    to_best: list[float] = field(default_factory=list)
    beliefs: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    given: dict[int, float] = field(default_factory=dict)

    def slate(self, viewer: int, n: int, now: float) -> Ints:
        clips = super().slate(viewer, n, now)
        trials = self.trials
        assert trials is not None
        selector = self.pipeline.selector
        assert isinstance(selector, Noting)
        on_trial = np.isin(clips, selector.given)
        if on_trial.any() and not on_trial.all():
            worth = self.world.expected(viewer, clips, now)
            pool = trials.on_trial[~self.world.seen[viewer, trials.on_trial]]
            best = self.world.expected(viewer, pool, now).max()
            others = worth[~on_trial].mean()
            self.regret += (others - worth[on_trial]).tolist()
            self.to_best += (best - worth[on_trial]).tolist()
        return clips

    def learn(self, events: Events) -> None:
        super().learn(events)
        trials = self.trials
        assert trials is not None
        shown = events.clip[WATCHED[events.kind]]
        for clip in shown[self.world.stock.arrives[shown] >= RELEASE].tolist():
            if clip < trials.size:
                mean, _ = trials.belief(np.array([clip]))
                cold = trials.good[clip] / (trials.seen[clip] + (trials.rules.noise / trials.rules.spread) ** 2)
                self.beliefs.setdefault(clip, []).append((float(mean[0]), float(cold)))
                if trials.shows[clip] >= trials.rules.shows:
                    self.given.setdefault(clip, float(events.at[-1]))


def stable(arm: Tried, column: int) -> float:
    """Return after how many showings the rank of the median new clip stays near where it ends."""
    trials = arm.trials
    assert trials is not None
    everybody = np.sort(trials.belief(slice(0, trials.size))[0])
    found = []
    for path in arm.beliefs.values():
        if len(path) >= trials.rules.shows:
            ranks = np.searchsorted(everybody, [one[column] for one in path]) / len(everybody)
            away = np.flatnonzero(np.abs(ranks - ranks[-1]) > NEAR)
            found.append(int(away[-1]) + 2 if len(away) else 1)
    return float(np.median(found)) if found else float("nan")


def watched_since(record: Record) -> float:
    """Return the watch time from the release on, in seconds."""
    return float(record.watched_s[record.at >= RELEASE].sum(dtype=np.float64))


def one(seed: int) -> dict[str, float]:
    """Run the three arms in the world of a seed."""
    arms: dict[str, Tried] = {}
    watched: dict[str, float] = {}
    for name in ("ours", "uniform", "none"):
        world = World(seed, SETTINGS)
        if name == "none":
            plain = ForYou(world)
            plain.pipeline.sources = [source for source in plain.pipeline.sources if source.name != "new"]
            plain.pipeline.selector = Spread(world.catalogue)
            plain.pipeline.__post_init__()
            watched[name] = watched_since(run(world, plain))
            continue
        trials = NewClips(world.catalogue) if name == "ours" else EvenTrials(world.catalogue, TrialRules(at_most=1.0))
        arm = arms[name] = Tried(world, trials)
        arm.pipeline.selector = (Noting if name == "ours" else Uniform)(**vars(arm.pipeline.selector))
        watched[name] = watched_since(run(world, arm))
    ours, uniform = arms["ours"], arms["uniform"]
    trials = ours.trials
    assert trials is not None
    new = np.flatnonzero(world.stock.arrives >= RELEASE)
    taken = [ours.given.get(int(clip), np.inf) - world.stock.arrives[clip] for clip in new]
    found = {
        "regret_over_uniform": sum(ours.regret) / sum(uniform.regret),
        "regret_to_best_over_uniform": sum(ours.to_best) / sum(uniform.to_best),
        "regret_s": float(np.mean(ours.regret)),
        "regret_s_uniform": float(np.mean(uniform.regret)),
        "shows_on_trial": float(len(ours.regret)),
        "shows_on_trial_uniform": float(len(uniform.regret)),
        "watch_time_lost": 1 - watched["ours"] / watched["none"],
        "watch_time_lost_uniform": 1 - watched["uniform"] / watched["none"],
        "given_in_time": float(np.mean(np.array(taken) <= WITHIN_S)),
        "stable_after": stable(ours, 0),
        "stable_after_cold": stable(ours, 1),
        "graduated": float(np.mean(trials.state[new] == State.GRADUATED)),
        "rested": float(np.mean(trials.state[new] == State.RESTED)),
        "graduates_above_median": right(world, trials, new),
    }
    print(f"seed {seed}: " + ", ".join(f"{name} {value:.3f}" for name, value in found.items()), flush=True)
    return found


def right(world: World, trials: NewClips, new: np.ndarray) -> float:
    """Return the share of the graduates whose quality is truly above the median of all clips."""
    graduates = new[trials.state[new] == State.GRADUATED]
    return float(np.mean(world.stock.quality[graduates] > np.median(world.stock.quality)))


def main() -> None:
    """Run and report."""
    runs = [one(seed) for seed in SEEDS]
    figures: dict[str, float] = {}
    for name in runs[0]:
        mean, half = interval([found[name] for found in runs])
        figures[name], figures[f"{name}_ci"] = round(mean, 4), round(half, 4)
        print(f"{name:28}{mean:10.3f} +-{half:.3f}")
    report("recommender_coldstart", figures, {"regret_over_uniform": ("<=", 0.5), "watch_time_lost": ("<", 0.02)})


if __name__ == "__main__":
    main()
