"""The database backend of stores on MariaDB 10.6+ or MySQL 8: Django's own, with PyMySQL and our guarantees."""
