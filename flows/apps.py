from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "flows"

    def ready(self) -> None:
        """Load the chains and the actions, so that steps and actions have registered their rights."""
        from importlib import import_module
        from pkgutil import iter_modules

        import flows.actions as actions

        import_module("flows.chains")
        for module in iter_modules(actions.__path__):
            import_module(f"flows.actions.{module.name}")
