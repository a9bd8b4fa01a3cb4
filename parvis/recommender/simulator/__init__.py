"""A closed loop in small: viewers with hidden tastes watch what a recommender chooses, and it learns from them.

It is a simulation: its figures say how recommenders compare in this world, whose every assumption stands in
`settings`, and nothing about real people.
"""
