"""What the marketplace tells the gateway: listings, by competency and by search."""
