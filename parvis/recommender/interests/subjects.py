"""What clips are about, found out from what they are made of: tags, sounds and creators that come together.

A mixture of SUBJECTS multinomials, fitted by expectation and maximisation (Dempster, Laird and Rubin 1977; for
documents Nigam et al. 2000): a creator has some subjects, a subject has some tags and sounds, and a clip is about one
of them, with a doubt that is kept. No watch is looked at, so a clip that nobody has seen is as well placed as any. It
begins with tags grouped by their company: spherical k-means on the singular vectors of their normalised co-occurrence
(Dhillon 2001), since expectation and maximisation only climbs the hill on which it begins.
"""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from parvis.recommender.catalogue import BUCKETS, RANGES
from parvis.recommender.signals import Floats, Ints

SUBJECTS = 32
ROUNDS, GROUPING = 30, 20
SEEDS = 512  # tags, the most frequent ones, by which it begins
TAG_DOUBT, CREATOR_DOUBT, SOUND_DOUBT = 0.02, 0.05, 0.1  # as if each had been seen so often with each subject
LEAST = 1e-8
TEMPER = 0.7  # labels of a clip repeat each other: as independent ones they would be too sure of its subject
CREATOR, SOUND = 0, 1  # columns of a clip's features
TAGS_FROM = 5


class Subjects:
    """A table of log weights: the sum of its rows for a clip's features, made to shares, says what it is about."""

    def __init__(self) -> None:
        self.table: Floats = np.zeros((BUCKETS, SUBJECTS), np.float32)

    def of(self, features: Ints) -> Floats:
        """Return what clips are about by their features [n, columns]: shares, [n, SUBJECTS]; equal ones before any fit
        and where nothing is known."""
        logs = self.table[features].sum(axis=1)
        return _shares(TEMPER * logs)

    def fit(self, features: Ints) -> None:
        """Fit anew on the features of clips [n, columns]. The same clips give the same table. Where fewer than two tags
        are used twice nothing can be told apart, and the table stays."""
        counts = {name: _counts(features[:, columns], name) for name, columns in
                  (("creator", slice(0, 1)), ("sound", slice(1, 2)), ("tag", slice(TAGS_FROM, None)))}  # fmt: skip
        begun = _begun(counts)
        if begun is None:
            return
        shares = _shares(begun)
        for _ in range(ROUNDS):
            table = _maximised(counts, shares)
            logs = [counts[name] @ table[slice(*RANGES[name])] for name in counts]
            shares = _shares(np.sum(logs, axis=0))
        self.table = table


def _counts(columns: Ints, name: str) -> csr_matrix:
    """Return which clip has which feature of a kind, [clips, buckets of the kind], each once."""
    low, high = RANGES[name]
    n = len(columns)
    row, column = np.nonzero(columns)
    values = np.ones(len(row), np.float32)
    counts = csr_matrix((values, (row, columns[row, column] - low)), shape=(n, high - low))
    counts.data[:] = 1.0
    return counts


def _begun(counts: dict[str, csr_matrix]) -> Floats | None:
    """Return the first log weights of clips for subjects, [clips, SUBJECTS]: by the groups of their tags. None where
    there are none to group."""
    tags = counts["tag"]
    often = np.asarray(tags.sum(axis=0)).ravel()
    seeds = np.argsort(-often, kind="stable")[:SEEDS]
    seeds = seeds[often[seeds] > 1]
    if len(seeds) < 2:
        return None
    company = np.concatenate([(tags[:, seeds].T @ counts[name]).toarray() for name in counts], axis=1)
    company[np.arange(len(seeds)), counts["creator"].shape[1] + counts["sound"].shape[1] + seeds] = 0.0
    company /= np.sqrt((company.sum(axis=1, keepdims=True) + 1) * (company.sum(axis=0) + 1))
    left, size, _ = np.linalg.svd(company, full_matrices=False)
    places = left[:, 1:SUBJECTS] * size[1:SUBJECTS]
    places /= np.linalg.norm(places, axis=1, keepdims=True) + LEAST
    group = _grouped(places, np.log1p(often[seeds]))
    seen = np.zeros((tags.shape[1], SUBJECTS), np.float32)
    seen[seeds, group] = often[seeds] / np.maximum(np.bincount(group, often[seeds], SUBJECTS)[group], 1.0)
    seen += 0.3 / tags.shape[1]
    logs: Floats = tags @ np.log(seen).astype(np.float32)
    return logs


def _grouped(places: Floats, weight: Floats) -> npt.NDArray[np.intp]:
    """Return the group of each place: begun far from each other, then k-means."""
    centre = places[:1]
    group: npt.NDArray[np.intp] = np.zeros(len(places), np.intp)
    far = np.full(len(places), np.inf, np.float32)
    for _ in range(SUBJECTS - 1):
        far = np.minimum(far, ((places - centre[-1]) ** 2).sum(axis=1))
        centre = np.concatenate([centre, places[[int((far * weight).argmax())]]])
    for _ in range(GROUPING):
        group = (places @ centre.T - (centre * centre).sum(axis=1) / 2).argmax(axis=1)
        members = np.bincount(group, minlength=SUBJECTS)
        total = np.zeros_like(centre)
        np.add.at(total, group, places)
        centre = np.where(members[:, None] > 0, total / np.maximum(members, 1)[:, None], centre)
    return group


def _maximised(counts: dict[str, csr_matrix], shares: Floats) -> Floats:
    table = np.zeros((BUCKETS, SUBJECTS), np.float32)
    usual = shares.mean(axis=0) + 1e-4
    usual /= usual.sum()
    for name, doubt in (("creator", CREATOR_DOUBT), ("sound", SOUND_DOUBT)):
        seen = counts[name].T @ shares
        theirs = seen + np.float32(doubt * SUBJECTS) * usual
        theirs /= theirs.sum(axis=1, keepdims=True)
        table[slice(*RANGES[name])] = np.log(theirs if name == "creator" else theirs / usual)
    seen = counts["tag"].T @ shares
    often = seen.sum(axis=1, keepdims=True) + 1.0
    of_tag = seen + np.float32(TAG_DOUBT * len(often)) * often / often.sum()
    table[slice(*RANGES["tag"])] = np.log(of_tag / of_tag.sum(axis=0))
    return table


def _shares(logs: Floats) -> Floats:
    shares: Floats = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return shares
