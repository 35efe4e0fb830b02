"""Tables of a page: true ones, and prose that was taken for one."""
