"""Source systems: whether they may push, when they last did, and what the district holds of them."""
