"""Uploads and kept originals as objects of an S3 bucket, for workers that share no disk."""
