"""What administrators see: the rules' figures and versions."""
