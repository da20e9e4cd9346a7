"""What goes in and out of the OneRoster doors: parameters, filters, segments, and the payloads of both versions as tables."""
