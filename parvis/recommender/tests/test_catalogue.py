from dataclasses import replace
from uuid import UUID

import numpy as np

from parvis.recommender.catalogue import BUCKETS, Catalogue, Posting, bucket
from parvis.recommender.tests.world import clips

BUCKET_OF_JAZZ = 2610


def test_clips_added_one_by_one_and_all_at_once_are_the_same_catalogue() -> None:
    together, apart = Catalogue(room=2), Catalogue(room=2)
    together.add(clips(300))
    for clip in clips(300):
        apart.add([clip])
    assert (together.features[:300] == apart.features[:300]).all()
    assert together.ids == apart.ids
    for number in range(BUCKETS):
        assert together.postings[number].view().tolist() == apart.postings[number].view().tolist()


def test_the_clips_of_a_creator_and_of_a_tag_are_found_exactly() -> None:
    catalogue = Catalogue()
    catalogue.add(clips(300, creators=40))
    assert catalogue.of_creator(UUID(int=3)).tolist() == list(range(2, 300, 40))
    assert catalogue.of_tag("chess").tolist() == list(range(2, 300, 8))
    assert catalogue.of_tag("chess", last=3).tolist() == [282, 290, 298]
    assert catalogue.of_tag("nobody wrote this").tolist() == []


def test_a_changed_clip_leaves_its_old_tag_and_is_found_by_its_new_one_once() -> None:
    catalogue = Catalogue()
    first = clips(20)
    catalogue.add(first)
    changed = replace(first[2], tags=("opera",))
    for _ in range(2):
        catalogue.add([changed])
    catalogue.add([replace(changed, tags=("chess",))])
    catalogue.add([changed])
    assert len(catalogue) == 20
    assert catalogue.of_tag("opera").tolist() == [2]
    assert 2 not in catalogue.of_tag("chess")


def test_a_hidden_clip_is_in_no_list() -> None:
    catalogue = Catalogue()
    catalogue.add(clips(20))
    catalogue.hide([UUID(int=1002), UUID(int=77)])
    assert catalogue.of_tag("chess").tolist() == [10, 18]
    assert not catalogue.shown[2]


def test_a_list_read_while_it_grows_keeps_what_it_had() -> None:
    posting = Posting()
    posting.extend(np.array([1, 2, 3], np.int32))
    view = posting.view()
    posting.extend(np.arange(100, dtype=np.int32))
    assert view.tolist() == [1, 2, 3]
    assert len(posting.view()) == 103


def test_a_tag_never_shares_a_bucket_with_a_creator_and_the_bucket_of_a_word_is_fixed() -> None:
    assert bucket("tag", "jazz") != bucket("creator", "jazz")
    assert bucket("tag", "jazz") == BUCKET_OF_JAZZ
    assert bucket("tag", "") == 0
