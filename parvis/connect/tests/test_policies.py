"""Where an app may have people sent back to."""

import pytest

from parvis.connect.errors import BadAddress
from parvis.connect.policies import check_redirect_uri, is_same, source_of


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("https://app.example/back", "https://app.example"),
        ("https://app.example:8443/back?from=parvis", "https://app.example:8443"),
        ("http://127.0.0.1:7777/back", "http://127.0.0.1:7777"),
        ("org.example.app:/back", "org.example.app:"),
    ],
)
def test_good_addresses_and_what_the_browser_is_told_of_them(address: str, source: str) -> None:
    check_redirect_uri(address)
    assert source_of(address) == source


@pytest.mark.parametrize(
    "address",
    [
        "", "back", "//app.example/back", "http://app.example/back", "http://localhost/back", "https://app.example/#a",
        "https://alice@app.example/", "https://app.example\\@evil.example/", "https:///back", "https://[::1]/back",
        "https://app.example/a b", "https://app.example/\n", "https://äpp.example/", "https://app.example:0/",
        "https://app.example:99999/", "javascript:alert(1)", "data:text/html,hi", "app:/back", "java.script://x/back",
        "https://app.example/;script-src", "https://*.example/back", "https://app.example/" + "a" * 500,
    ],
)  # fmt: skip
def test_bad_addresses(address: str) -> None:
    with pytest.raises(BadAddress):
        check_redirect_uri(address)


@pytest.mark.parametrize(
    ("registered", "asked", "same"),
    [
        ("https://app.example/back", "https://app.example/back", True),
        ("https://app.example/back", "https://app.example/back/", False),
        ("https://app.example/back", "https://app.example:443/back", False),
        ("https://app.example/back", "https://APP.example/back", False),
        ("http://127.0.0.1/back", "http://127.0.0.1:51234/back", True),
        ("http://127.0.0.1/back", "http://127.0.0.1:51234/elsewhere", False),
        ("http://127.0.0.1/back", "http://127.0.0.1:51234@evil.example/back", False),
        ("http://127.0.0.1/back", "http://127.0.0.2:51234/back", False),
        ("https://127.0.0.1/back", "https://127.0.0.1:1/back", False),
    ],
)
def test_an_address_is_the_registered_one_or_it_is_none(registered: str, asked: str, same: bool) -> None:
    assert is_same(registered, asked) is same
