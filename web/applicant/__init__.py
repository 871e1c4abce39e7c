"""Pages for the applicant audience."""
