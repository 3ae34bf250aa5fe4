"""What is allowed. Pure: no clock, no network, no framework, nothing of ours."""
