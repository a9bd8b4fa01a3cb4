"""Telling programs elsewhere of what happens to a person, by signed calls: webhooks."""
