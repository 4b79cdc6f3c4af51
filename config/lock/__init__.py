"""The second lock: roles that own nothing, rights by column, and row-level security. See docs/security.md."""
