"""The pictures of the documents, and what makes them."""
