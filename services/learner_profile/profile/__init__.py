"""The families of the learner profile: one ledger of entries, whose shapes differ by kind."""
