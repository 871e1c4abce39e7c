"""What several measures share: each piece has one name and stands in one file."""
