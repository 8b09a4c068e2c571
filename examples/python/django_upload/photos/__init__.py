"""Uploads with Django: by ticket into a bucket, and as a form."""
