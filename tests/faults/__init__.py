"""Processes killed at random under load: nothing acknowledged is lost, nothing is done twice, nothing stays stuck."""
