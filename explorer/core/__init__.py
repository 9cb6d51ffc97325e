"""The vocabulary that every room shares: errors and polynomial text."""
