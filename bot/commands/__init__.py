"""The commands of `prag`, one file a noun; each defines `cli`. bot/__main__.py lists them."""
