from django.apps import AppConfig


class Stock(AppConfig):
    name = "benchmarks.stock"
    label = "stock"
    default_auto_field = "django.db.models.BigAutoField"
