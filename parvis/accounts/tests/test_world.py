import pytest

from parvis.accounts.world import people


@pytest.mark.django_db
def test_world():
    p = people()
    assert people() == p
    assert p["erin"].is_private
