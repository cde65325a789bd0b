from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='theme',
            name='latin_addresses',
            field=models.BooleanField(db_default=False, default=False, help_text='New products and categories get addresses such as /product/masala-cay/ for titles in any script. Otherwise an address has the letters of the title.', verbose_name='addresses in Latin letters'),
        ),
    ]
