"""The values of every feature; they import no feature."""
