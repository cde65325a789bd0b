import apps.common.clock
import apps.common.ids
import apps.content.models
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=120)),
                ('slug', models.SlugField(allow_unicode=True, db_index=False, max_length=120, unique=True, verbose_name='address')),
                ('slug_spelling', models.CharField(blank=True, db_default='', default='', editable=False, max_length=240)),
                ('body', models.TextField(blank=True)),
                ('description', models.CharField(blank=True, help_text='For search engines. Empty: the beginning of the text.', max_length=300)),
                ('purpose', models.CharField(choices=[('about', 'About us'), ('contact', 'Contact'), ('shipping', 'Shipping'), ('returns', 'Returns and refunds'), ('privacy', 'Privacy'), ('terms', 'Terms'), ('grievance', 'Grievance officer'), ('other', 'Something else')], default='other', max_length=12)),
                ('is_published', models.BooleanField(default=False, verbose_name='published')),
                ('in_footer', models.BooleanField(default=True, help_text='At the foot of every page, once it is published.', verbose_name='in the footer')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['position', 'title', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(default='store', editable=False, max_length=8, unique=True)),
                ('brand', models.CharField(default='#1f4d3a', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Write the colour as # and six hexadecimal digits, such as #1f4d3a.')], verbose_name='brand colour')),
                ('accent', models.CharField(default='#b4471f', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Write the colour as # and six hexadecimal digits, such as #1f4d3a.')], verbose_name='accent colour')),
                ('fonts', models.CharField(choices=[('modern', 'Modern (Inter)'), ('classic', 'Classic (serif headings)'), ('humanist', 'Humanist'), ('system', "The visitor's own system font")], default='modern', max_length=10)),
                ('radius', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(32)], verbose_name='corner radius (px)')),
                ('logo', models.ImageField(blank=True, height_field='logo_height', upload_to=apps.content.models.logo_name, width_field='logo_width')),
                ('logo_width', models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ('logo_height', models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ('tagline', models.CharField(blank=True, max_length=160)),
                ('announcement', models.CharField(blank=True, max_length=160)),
                ('hero_title', models.CharField(blank=True, max_length=120)),
                ('hero_text', models.CharField(blank=True, max_length=300)),
                ('contact_email', models.EmailField(blank=True, max_length=254)),
                ('latin_addresses', models.BooleanField(db_default=False, default=False, help_text='New products and categories get addresses such as /product/masala-cay/ for titles in any script. Otherwise an address has the letters of the title.', verbose_name='addresses in Latin letters')),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'theme',
            },
        ),
    ]
