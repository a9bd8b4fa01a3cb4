from parvis.accounts.world import people, PASSWORD
import pytest


@pytest.mark.django_db
def test_world():
    p = people()
    assert people() == p and p["erin"].is_private and p["olga"].is_superuser and p["bob"].check_password(PASSWORD)
