"""Pages of heads of department: workload, absences, deputies, phrases."""
