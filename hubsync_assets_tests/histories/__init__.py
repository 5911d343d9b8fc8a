"""Random histories of sources, kills and lost answers, and a naive model that says what HubSpot holds in the end."""
