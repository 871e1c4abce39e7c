"""Supervision, audit, exports and the proof's sequencer."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self) -> None:
        """Load the actions, so that they have registered their rights and what the sweep does once a day."""
        from importlib import import_module
        from pkgutil import iter_modules

        import oversight.actions as actions

        for module in iter_modules(actions.__path__):
            import_module(f"oversight.actions.{module.name}")
