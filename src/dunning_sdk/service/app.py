"""The application of the service: its routes, and its description in OpenAPI."""

from importlib.metadata import version

from fastapi import FastAPI

from dunning_sdk.access.tenants import Tenants


def build_service(tenants: Tenants) -> FastAPI:
    """Return the service of all tenants.

    Args:
        tenants: Open; who calls says by his key which one he means.
    """
    app = FastAPI(
        title="dunning_sdk", version=version("dunning-sdk"), docs_url=None, redoc_url=None
    )
    app.state.tenants = tenants
    return app
