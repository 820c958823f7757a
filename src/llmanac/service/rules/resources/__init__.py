"""Documents that people declare: kept in the database with their versions, or followed in files."""
