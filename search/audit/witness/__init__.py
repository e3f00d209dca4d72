"""What the audited process says of itself; see `sitecustomize`."""
