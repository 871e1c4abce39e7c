from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "services"

    def ready(self) -> None:
        """Load the actions, so that they have registered their rights."""
        from importlib import import_module
        from pkgutil import iter_modules

        import services.actions as actions

        for module in iter_modules(actions.__path__):
            import_module(f"services.actions.{module.name}")
