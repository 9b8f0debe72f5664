"""The widgets of the panel: cards, rows, rings, bars, buttons, pickers, tabs."""
