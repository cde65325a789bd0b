from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0003_page'),
    ]

    operations = [
        migrations.AddField(
            model_name='page',
            name='slug_spelling',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=240),
        ),
    ]
