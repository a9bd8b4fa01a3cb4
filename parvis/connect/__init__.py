"""Other apps that act for people: OAuth 2 and OpenID Connect, with consent, and access that is withdrawn at once."""
