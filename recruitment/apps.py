from django.apps import AppConfig


class RecruitmentConfig(AppConfig):
    name = "recruitment"

    def ready(self) -> None:
        """Load the actions, so that they have registered their rights and what joins an application to its round."""
        from importlib import import_module
        from pkgutil import iter_modules

        import recruitment.actions as actions

        for module in iter_modules(actions.__path__):
            import_module(f"recruitment.actions.{module.name}")
