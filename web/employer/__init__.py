"""Vacancies of units: their own people, and officers of services, note, change, close and answer."""
