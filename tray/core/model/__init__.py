"""Values of every feature. They import no feature."""
