"""The reads of OneRoster rostering: each is one SELECT, composed once for each shape of request."""
