"""The documents backend: MongoDB through Django's ORM, where no command can leave the active store.

`ENGINE = "apps.tenancy.documents"`. It derives from django-mongodb-backend and patches nothing:

- `collection.py` hands out collections that put the active store into every filter, pipeline and
  document; the ORM itself goes through them, so there is one door (`pipelines.py` is the lock);
- `query.py` flattens what the ORM asks for, so that indexes are used;
- `schema.py` makes ordinary unique indexes;
- `models.py` and `managers.py` are what apps derive from and call.
"""
