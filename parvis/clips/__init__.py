"""Clips: upload, transcode, publish, hide, delete."""
