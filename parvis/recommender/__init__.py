"""What to show next, in arrays: a catalogue, a learner, and a pipeline of named stages. Pure NumPy."""
