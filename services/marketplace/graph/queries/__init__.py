"""Listings as the graph shows them."""

from services.marketplace.graph.queries.resources import COMPETENCIES, RESOURCES
from services.marketplace.graph.queries.searching import search

__all__ = ["COMPETENCIES", "RESOURCES", "search"]
