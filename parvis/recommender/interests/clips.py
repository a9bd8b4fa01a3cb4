"""The vectors of clips: what they are about, and what was found out of them, their creators, sounds and tags."""

from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.catalogue import BUCKETS, RANGES, Catalogue
from parvis.recommender.interests.shape import ABOUT, FOUND, FREE, LANGUAGE, LANGUAGES, LENGTH, OWN, WIDTH, WORTH
from parvis.recommender.interests.subjects import LEAST, SUBJECTS, Subjects
from parvis.recommender.signals import Floats, Ints

LEARNED = 1 + FOUND  # worth to all, and what is found out
# Variances of what is found out, all of it together, and of the worth to all, both of log seconds.
SHARE = {"creator": 0.15, "sound": 0.08, "tag": 0.05, "language": 0.0, "market": 0.0, "length": 0.0}
LEVEL = {"creator": 0.09, "sound": 0.01, "tag": 0.02, "language": 0.01, "market": 0.01, "length": 0.02}
OWN_SHARE, OWN_LEVEL, SWAY = 0.15, 0.35, 0.2
STRAY = 0.02  # variance of how far a clip is from what its labels say it is about, for each subject
PLASTIC = 0.02  # of its first variance every creator, tag ... keeps so much: what they do changes
FIRST_FIT, FIT_AGAIN, SAMPLE = 32, 1.25, 30_000  # subjects are fitted when there are so many clips, and so many more
CHUNK = 1 << 16
CLEAR = 0.4
KEPT = ("feature", "feature_doubt")
OF_CLIPS = ("own", "own_doubt", "stray", "stray_doubt", "sway", "vector", "main")


class Vectors:
    """Vectors of clips, [clips, WIDTH], and how they move. `fitted`: the clips there were at the last fit of subjects;
    before it is settled (`settle`) a clip's vector is made of what is known when it comes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue, self.subjects = catalogue, Subjects()
        self.fitted = self.known = 0
        self.first = np.zeros((BUCKETS, 2), np.float32)  # variances of each feature before anything is seen
        for name, (low, high) in RANGES.items():
            self.first[low:high] = SHARE[name] / FOUND, LEVEL[name]
        # Chance breaks the symmetry: with vectors of 0 nothing could be learned.
        random = np.random.default_rng(7).standard_normal((BUCKETS, LEARNED), dtype=np.float32)
        self.feature: Floats = random * np.sqrt(self.first[:, :1])
        self.feature[:, 0] = 0.0
        self.feature_doubt = self.first.copy()
        self.own: Floats = np.zeros((0, LEARNED), np.float32)
        self.own_doubt: Floats = np.zeros((0, 2), np.float32)
        # What a clip is about beyond what its labels say, found out from who stays: labels may be wrong, or say half.
        self.stray: Floats = np.zeros((0, SUBJECTS), np.float32)
        self.stray_doubt: Floats = np.zeros(0, np.float32)
        # How much a clip's language matters, and how certain that is: some clips need no words.
        self.sway: Floats = np.zeros((0, 2), np.float32)
        self.vector: Floats = np.zeros((0, WIDTH), np.float32)
        self.main: Ints = np.zeros(0, np.int8)  # the subject that a clip is most about, from 1; 0 where it is not clear
        self.grow()

    def grow(self) -> None:
        """Make room for all clips, and vectors for those that came since."""
        more = len(self.catalogue.shown) - len(self.own)
        if more > 0:
            self.own = np.concatenate([self.own, np.zeros((more, LEARNED), np.float32)])
            self.own_doubt = np.concatenate([self.own_doubt, _repeated((OWN_SHARE / FOUND, OWN_LEVEL), more)])
            self.stray = np.concatenate([self.stray, np.zeros((more, SUBJECTS), np.float32)])
            self.stray_doubt = np.concatenate([self.stray_doubt, np.full(more, STRAY, np.float32)])
            self.sway = np.concatenate([self.sway, _repeated((1.0, SWAY), more)])
            self.vector = np.concatenate([self.vector, np.zeros((more, WIDTH), np.float32)])
            self.main = np.concatenate([self.main, np.zeros(more, np.int8)])
        # Not yet `known`: a clip may be rewritten before the next event, and a replay would see only what it became.
        if self.known < self.catalogue.size:
            self.renew(slice(self.known, self.catalogue.size))

    def settle(self) -> bool:
        """Make the vectors of all clips that are there; fit subjects anew if there are many more. Whether it did."""
        size = self.catalogue.size
        fits = size >= max(FIRST_FIT, int(FIT_AGAIN * self.fitted))
        if fits:
            some = np.linspace(0, size - 1, min(size, SAMPLE)).astype(np.intp)
            features = self.catalogue.features[some]
            before = self.subjects.of(features)
            self.subjects.fit(features)
            self._turn(before.T @ self.subjects.of(features))
            self.fitted = size
        start = 0 if fits else self.known
        for low in range(start, size, CHUNK):
            self.renew(slice(low, min(low + CHUNK, size)))
        self.known = size
        return fits

    def _turn(self, shared: Floats) -> None:
        """Take what clips stray from the subjects that were to those that are, by how much of each is `shared`
        [SUBJECTS before, SUBJECTS now]: a new fit may number them otherwise, or part one in two."""
        turn = shared / (shared.sum(axis=1, keepdims=True) + LEAST)
        for low in range(0, len(self.stray), CHUNK):
            self.stray[low : low + CHUNK] = self.stray[low : low + CHUNK] @ turn

    def rows(self, clips: Ints) -> Floats:
        """Return the vectors of clips (a copy), [..., WIDTH]."""
        rows: Floats = self.vector[clips]
        return rows

    def about(self, clips: Ints) -> Floats:
        """Return what clips are about, [..., SUBJECTS]."""
        about: Floats = self.vector[clips, ABOUT]
        return about

    def renew(self, clips: Ints | slice) -> None:
        """Make vectors anew from what they are made of."""
        features, weight = self._features(clips)
        n = len(features)
        vector = np.zeros((n, WIDTH), np.float32)
        learned = np.matmul(weight[:, None, :], self.feature[features])[:, 0] + self.own[clips]
        vector[:, WORTH], vector[:, FREE] = learned[:, 0], learned[:, 1:]
        vector[:, OWN] = 1.0
        vector[:, LENGTH] = np.log(self.catalogue.duration_ms[clips] / np.float32(25_000.0))
        vector[:, ABOUT] = about = self.subjects.of(features) + self.stray[clips]
        spoken = self.catalogue.language[clips].astype(np.intp)
        place = np.where(spoken > 0, LANGUAGE.start + (spoken - 1) % LANGUAGES, OWN)
        vector[np.arange(n), place] = np.where(spoken > 0, self.sway[clips, 0], 1.0)
        self.vector[clips] = vector
        self.main[clips] = np.where(about.max(axis=1) > CLEAR, 1 + about.argmax(axis=1), 0)

    def move(self, clip: Ints, surprise: Floats, theirs: Floats, noise: Floats) -> None:
        """Move clips [n] and their features towards what was told: each by how much of the doubt is its own. `theirs`
        [n, WIDTH] are the vectors of those who told it, `noise` [n] what else it may be."""
        features, weight = self._features(clip)
        n = len(clip)
        which, place = np.unique(features, return_inverse=True)
        shares = np.zeros((len(which), n), np.float32)
        np.add.at(shares, (place.reshape(-1), np.repeat(np.arange(n), features.shape[1])), weight.reshape(-1))
        clips, where = np.unique(clip, return_inverse=True)
        mine = np.zeros((len(clips), n), np.float32)
        mine[where, np.arange(n)] = 1.0
        found = theirs[:, FREE]
        spoken = (self.vector[clip, LANGUAGE] != 0) * theirs[:, LANGUAGE]
        tongue = spoken.sum(axis=1)
        sizes = np.stack([np.einsum("ij,ij->i", found, found), np.ones(n, np.float32)], axis=1)
        doubt = (shares * shares).T @ self.feature_doubt[which] + self.own_doubt[clip]
        of_subjects = theirs[:, ABOUT]
        size = np.einsum("ij,ij->i", of_subjects, of_subjects)
        total = noise + (doubt * sizes).sum(axis=1) + self.sway[clip, 1] * tongue * tongue
        total += self.stray_doubt[clip] * size
        gain = surprise / total
        told = gain[:, None] * np.concatenate([np.ones((n, 1), np.float32), found], axis=1)
        for table, uncertain, these, part in (
            (self.feature, self.feature_doubt, which, shares), (self.own, self.own_doubt, clips, mine),
        ):  # fmt: skip
            seen = (part * part) @ (sizes / total[:, None])
            step = uncertain[these] / (1.0 + uncertain[these] * seen)
            table[these] += step[:, [1, *[0] * FOUND]] * (part @ told)
            seen[:, 0] /= FOUND
            uncertain[these] /= 1.0 + uncertain[these] * seen
        self.feature_doubt[which] = np.maximum(self.feature_doubt[which], PLASTIC * self.first[which])
        doubt_of_stray = self.stray_doubt[clips]
        seen_of = doubt_of_stray * (mine @ (size / total))
        self.stray[clips] += (doubt_of_stray / (1.0 + seen_of))[:, None] * (mine @ (gain[:, None] * of_subjects))
        self.stray_doubt[clips] = doubt_of_stray / (1.0 + seen_of / SUBJECTS)
        doubt_of_sway = self.sway[clips, 1]
        step = doubt_of_sway / (1.0 + doubt_of_sway * (mine @ (tongue * tongue / total)))
        self.sway[clips, 0] += step * (mine @ (gain * tongue))
        self.sway[clips, 1] = step

    def arrays(self, size: int) -> dict[str, npt.NDArray[Any]]:
        """Return the state of the first `size` clips by name (not copied)."""
        self.renew(slice(self.known, size))
        own = {name: getattr(self, name)[:size] for name in OF_CLIPS}
        shared = {name: getattr(self, name) for name in KEPT}
        return {**own, **shared, "subjects": self.subjects.table, "fitted": np.array([self.fitted, self.known])}

    def restore(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Take up what `arrays` returned (copied)."""
        for name in (*OF_CLIPS, *KEPT):
            setattr(self, name, np.array(arrays[name]))
        self.subjects.table = np.array(arrays["subjects"])
        self.fitted, self.known = arrays["fitted"].tolist()
        self.grow()

    def erase(self, clips: Ints) -> None:
        """Keep nothing of these clips."""
        self.own[clips] = self.vector[clips] = 0.0
        self.main[clips] = 0
        self.own_doubt[clips] = OWN_SHARE / FOUND, OWN_LEVEL
        self.stray[clips], self.stray_doubt[clips] = 0.0, STRAY
        self.sway[clips] = 1.0, SWAY

    def _features(self, clips: Ints | slice) -> tuple[Ints, Floats]:
        """Return features of clips and their weights, both [clips, features]: tags share, the others stand alone."""
        features = self.catalogue.features[clips]
        weight = (features > 0).astype(np.float32)
        weight[:, 5:] /= np.sqrt(np.maximum(weight[:, 5:].sum(axis=1, keepdims=True), 1.0))
        return features, weight


def _repeated(values: tuple[float, float], n: int) -> Floats:
    return np.tile(np.array(values, np.float32), (n, 1))
