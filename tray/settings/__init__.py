"""The user's settings and the gateways' own configuration: texts in, values out. No file is read here."""
