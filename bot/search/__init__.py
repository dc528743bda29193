"""Finding the article that answers a message: `Index.build(library, cache)`, then `index.find(text)`."""

from bot.search.found import Found, Hit
from bot.search.index import Index

__all__ = ["Found", "Hit", "Index"]
