"""The same four signatures on stock viewflow, as its documentation teaches: its own tables, locks, permissions and views,
with guardian's per-object rows. A baseline of the benchmarks; nothing of the service imports it."""
