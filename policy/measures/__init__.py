"""One file per application type, named like its code."""
