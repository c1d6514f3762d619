"""Tests of the suite itself: its helpers, its runner, and that it notices a wrong kernel."""
