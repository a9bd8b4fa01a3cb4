"""Where the lines of a chart go."""

from parvis.ui import charts


def test_drawings_of_nothing_are_drawings():
    assert charts.bars([]) == []
    assert [bar.height for bar in charts.bars([0, 0])] == ["0.00", "0.00"]
    assert [bar.y for bar in charts.bars([5, 10])] == ["50.00", "0.00"]
    assert charts.line([1.0, 0.5]) == "M0.00 0.00L100.00 50.00"
    assert charts.area([1.0]).endswith("L100 100L0 100Z")
