"""What attackers send: made at test time, so that no hostile file lies about."""
