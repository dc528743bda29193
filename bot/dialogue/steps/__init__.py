"""What the conversation can do: one file a step. Each step takes (state, world, about) and gives (state, effects)."""
