"""How a process of ours is born, stopped and ended; what this machine has."""
