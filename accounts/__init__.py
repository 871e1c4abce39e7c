"""WHO: people who sign in, departments, posts (任职), deputies, sign-in."""
