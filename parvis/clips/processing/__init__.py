"""From the parts of an upload to a clip that plays. Each step is claimed by a row, and safe to repeat.

    received --(assemble, probe)--> probed --(first rendition, poster)--> playable --(other renditions)--> ready

A step stores its files under names made of the clip's id and the step, then moves the row: that is the commit point.
Killed before it, the step is done again by whoever claims the row next and overwrites the same names.
"""
