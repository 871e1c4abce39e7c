"""Pages of providers (服务机构): their own service cases and assessments, and nobody else's."""
