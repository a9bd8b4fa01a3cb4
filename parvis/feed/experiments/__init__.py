"""Comparing two ways of making For You on live traffic: who sees which, what came of it, when it may be stopped."""
