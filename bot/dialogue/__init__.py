"""The dialogue: pure. `advance(state, incoming, world)` decides; nothing here reads a clock or a database."""
