"""The store on SQLite and on Postgres. Outside, only `store.open_store` and `migrating.migrate` are called."""
