"""What reaches a person: news of others, messages, and how both come to a phone that is not looking."""
