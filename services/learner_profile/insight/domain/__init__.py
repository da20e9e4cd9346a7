"""Rules of pace and of what may be published."""
