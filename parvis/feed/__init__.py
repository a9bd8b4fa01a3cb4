"""For You and the other feeds: sources, filters, scorers, impressions, watches."""
