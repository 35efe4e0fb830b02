"""What people would pick instead, set up as its own documentation says that it is fastest.

Each module `NAME_queue` has the queue itself, which its workers import, and

    PACKAGE            the distribution to install
    SETTINGS           how it is set up, for the report
    worker(n, broker)  the module and arguments that run n worker processes
    enqueue()          one job that does nothing
    left()             how many jobs are not done
"""
