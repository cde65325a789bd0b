"""The documents backend: MongoDB through Django's ORM, where no command can leave the active store.

`ENGINE = "apps.tenancy.documents"`. It derives from django-mongodb-backend and patches nothing:

- `collection.py` hands out collections that put the active store into every filter, pipeline and
  document; the ORM itself goes through them, so all commands are confined in one place (`pipelines.py`);
- `query.py` flattens the ORM's conditions, so that indexes are used;
- `schema.py` makes ordinary unique indexes;
- `models.py` and `managers.py` are what apps derive from and call.
"""
