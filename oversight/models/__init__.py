"""What supervision keeps: what patterns found, samples and how their cases were checked."""

from oversight.models.pattern import PatternHit, PatternRun
from oversight.models.sample import Sample, SampleCase, SampleCheck
from oversight.models.search import SavedSearch

__all__ = ["PatternHit", "PatternRun", "Sample", "SampleCase", "SampleCheck", "SavedSearch"]
