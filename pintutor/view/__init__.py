"""Views: pure functions from a lab to rows of text that both front ends draw."""
