"""What happens: every decision, as `update(state, event, now) -> (state, effects)`."""
