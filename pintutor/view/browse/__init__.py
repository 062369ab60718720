"""What is browsed rather than run: the course, patches, letters and the glossary."""
