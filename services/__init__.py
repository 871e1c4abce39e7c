"""Services that are ordered, delivered and settled after an approval."""
