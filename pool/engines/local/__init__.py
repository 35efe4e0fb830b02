"""Worker processes of this machine: made by a Pool, seen on a board, ended by signals."""
