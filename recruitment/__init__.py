"""Recruitment to reserved posts (专项招录): rounds, posts, examination, ranking, physical checks, the report of a round."""
