#!/bin/sh
# Today's backup after the newest one before it: files that it has are linked, not copied. Run by minhang-backup.service.
set -eu
newest=$(find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -type d -name '????????-??????' | sort | tail -n 1)
exec .venv/bin/python manage.py backup "$BACKUP_DIR" ${newest:+--after "$newest"}
