"""Ways into and out of a profile: LinkedIn's own archive, and JSON Resume."""
