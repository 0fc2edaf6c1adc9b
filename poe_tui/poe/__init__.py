"""The wire: Poe through fastapi_poe, and the rest of its HTTP interface."""
