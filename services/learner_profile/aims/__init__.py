"""What learners aim at: goals they set and others agree to, and the steps that suggest themselves next."""
