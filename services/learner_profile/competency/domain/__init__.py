"""CASE packages as pure rules: how one is read, what is odd about its links, how it is published again."""
