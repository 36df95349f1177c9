"""What the site does in the background, as administrators over everything see and steer it."""
