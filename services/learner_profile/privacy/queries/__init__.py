"""To whom a learner's records were disclosed, and the whole record.

The first is a part of the graph's documents and needs them; nothing is imported here, so that the second does not.
"""
