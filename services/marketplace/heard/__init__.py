"""Copies of facts that other services told."""
