"""The marketplace's worker: tells the others, on time and again."""

from kit.worker import run
from services.marketplace.settings import Settings

if __name__ == "__main__":
    run(Settings())
