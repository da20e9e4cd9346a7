"""The payloads of the OneRoster gradebook as tables: which member stands for which column, in 1.2 and in 1.1."""
