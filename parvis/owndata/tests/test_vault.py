"""What lies encrypted opens whole or not at all."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.owndata import vault
from parvis.owndata.errors import VaultDamaged

KEY = bytes(range(32))


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(vault, "PIECE", 64)


def written(data: bytes, cut: int = 50) -> bytes:
    file = io.BytesIO()
    out = vault.SealedWriter(file, KEY)
    for at in range(0, len(data), cut):
        out.write(data[at : at + cut])
    assert out.finish() == len(data)
    return file.getvalue()


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 128, 1000])
@pytest.mark.parametrize("cut", [1, 64, 79, 999])
def test_it_opens_as_it_was_written(size, cut):
    data = bytes(at % 251 for at in range(size))
    sealed = written(data)
    assert b"".join(vault.sealed_pieces([data[:3], data[3:]], KEY)) == sealed
    pieces = [sealed[at : at + cut] for at in range(0, len(sealed), cut)]
    assert b"".join(vault.opened_pieces(pieces, KEY)) == data
    assert vault.size_opened(len(sealed)) == size


@given(st.integers(0, 500), st.integers(0, 600))
def test_it_reads_from_any_place(start, length):
    data = bytes(at % 251 for at in range(500))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "PIECE", 64)
        sealed = written(data)
        reader = io.BufferedReader(vault.SealedReader(io.BytesIO(sealed), len(sealed), KEY))
        reader.seek(start)
        assert reader.read(length) == data[start : start + length]


@pytest.mark.parametrize(
    "damage",
    [
        lambda sealed: sealed[:-1],
        lambda sealed: sealed[: 2 * 80],
        lambda sealed: sealed[80:],
        lambda sealed: sealed[80:160] + sealed[:80] + sealed[160:],
        lambda sealed: bytes([sealed[0] ^ 1]) + sealed[1:],
        lambda sealed: sealed + b"x",
        lambda sealed: b"",
    ],
)
def test_what_was_changed_moved_or_cut_off_does_not_open(damage):
    sealed = damage(written(b"x" * 300))
    with pytest.raises(VaultDamaged):
        b"".join(vault.opened_pieces([sealed], KEY))
