"""Documents that people write as JSON and we keep by version: the shop, and workflow definitions."""
