"""What people do to vacancies, profiles, introductions, fairs, service plans, founders and sheltered work, one verb a file."""
