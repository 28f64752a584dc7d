"""KPIs chosen for objectives, and why."""
