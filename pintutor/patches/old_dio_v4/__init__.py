"""David Howells: block: Make old dio use iov_iter_extract_pages() and page
pinning (v4)."""
