"""The API (接口), version 1: for the city's portal and for other departments. `docs/api.md` is for who builds on it."""
