"""People: who they are, how they sign in, what they prefer. The only package that knows the sign-in library."""
