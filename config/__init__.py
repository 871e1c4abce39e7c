"""Settings, URLs, WSGI and the machinery that starts the system on a fresh machine."""
