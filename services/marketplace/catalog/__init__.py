"""The catalogue of content, and what it serves."""
