"""Uploads as objects of an S3 bucket, for services whose workers share no disk."""
