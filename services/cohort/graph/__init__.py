"""What this service tells the gateway: batch reads of the nouns it adds to."""
