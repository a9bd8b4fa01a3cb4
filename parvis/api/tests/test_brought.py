"""Archives from elsewhere, as programs are told of them."""

import io

import orjson
import pytest

from parvis.accounts.models import Person
from parvis.owndata.actions import moving
from parvis.owndata.models import Alias, Arrival

DATA = orjson.dumps(
    {
        "Profile": {"Profile Information": {"ProfileMap": {"userName": "bob.there", "bioDescription": "Stones"}}},
        "Video": {"Videos": {"VideoList": [{"Link": "https://elsewhere.example/1", "Date": "2023-01-01 00:00:00"}]}},
    }
)


@pytest.fixture
def arrival(world: dict[str, Person]) -> Arrival:
    made = moving.bring(world["bob"], io.BytesIO(DATA), name="user_data.json", wishes=moving.Wishes(is_found=True))
    assert moving.move_in_one()
    return made


def test_a_program_reads_what_came_and_takes_the_profile_over(program, arrival):
    bob, carol = program("bob"), program("carol")
    (listed,) = bob.send("get", "/me/arrivals").json()["items"]
    assert (listed["id"], listed["kind"], listed["state"]) == (str(arrival.id), "tiktok", "ready")
    told = bob.send("get", f"/me/arrivals/{arrival.id}").json()
    assert (told["bio"], told["links"], told["people"]) == ("Stones", ["https://elsewhere.example/1"], [])
    assert [section["left"] for section in told["sections"]] == [1]
    assert carol.send("get", f"/me/arrivals/{arrival.id}").status_code == 404
    assert carol.send("put", f"/me/arrivals/{arrival.id}/profile").status_code == 404
    assert bob.send("put", f"/me/arrivals/{arrival.id}/profile").status_code == 204
    assert Person.objects.get(handle="bob").bio == "Stones"
    again = bob.send("put", f"/me/arrivals/{arrival.id}/profile")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "nothing-proposed")


def test_a_name_is_taken_back_by_its_person_alone(program, arrival):
    (known,) = program("bob").send("get", "/me/names").json()["items"]
    assert known["name"] == "@bob.there"
    assert program("carol").send("delete", f"/me/names/{known['id']}").status_code == 204
    assert Alias.objects.count() == 1
    assert program("bob").send("delete", f"/me/names/{known['id']}").status_code == 204
    assert Alias.objects.count() == 0
