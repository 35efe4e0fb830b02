"""What a user would build instead of this service: Falcon under waitress, a job queue behind it,
and in its workers the same pipeline and the same durable commits.

Each module `NAME_stack` has the task itself, which its workers import, and

    PACKAGE            the distribution to install
    SETTINGS           how it is set up, for the report
    worker(n, broker)  the module and arguments that run n worker processes
    send(job_id, text) hand over one job; it is where the broker keeps it on return
"""
