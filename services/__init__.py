"""Work and services (三（六）、三（十二）): vacancies, job seekers, matching, job fairs, service plans, founders, sheltered work."""
