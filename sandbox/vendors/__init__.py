"""The vendors and GitHub as small web applications with state, a journal and faults on demand."""
