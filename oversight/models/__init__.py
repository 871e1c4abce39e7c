"""What supervision keeps: what patterns found, reviews of it, samples and how their cases were checked."""

from oversight.models.pattern import PatternHit, PatternRun, ReviewCase
from oversight.models.sample import Sample, SampleCase, SampleCheck

__all__ = ["PatternHit", "PatternRun", "ReviewCase", "Sample", "SampleCase", "SampleCheck"]
