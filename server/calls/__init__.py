"""What can be asked: tables of calls (`table`), and a module of handlers for each kind of thing."""
