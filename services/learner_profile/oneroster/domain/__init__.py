"""What OneRoster's REST bindings say about any collection, without a database."""
