"""Pages, forms and templates."""
