"""Archives of other places: TikTok, PeerTube, Mastodon. Read with distrust, and only read: nothing is fetched."""
