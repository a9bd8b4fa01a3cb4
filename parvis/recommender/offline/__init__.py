"""How well the recommenders would have done on a log of what people took: read it, evaluate, write one page."""
