"""The roster's own doors."""

from fastapi import APIRouter

routes = APIRouter()
