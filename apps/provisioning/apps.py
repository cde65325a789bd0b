from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    """Opening stores, changing their credentials, and migrating them all to a release."""

    name = "apps.provisioning"
    label = "provisioning"
