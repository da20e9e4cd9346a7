"""Mechanism that every process uses. It holds no noun of the domain."""
