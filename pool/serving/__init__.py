"""Objects of this process, served to other processes of this machine by a Manager."""
