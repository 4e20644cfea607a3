"""Examines any published report: finds every statement that can be checked and says where one does not follow."""
