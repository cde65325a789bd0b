from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0002_guard_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='company',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='order',
            name='tax_evidence',
            field=models.JSONField(blank=True, default=dict, null=True, help_text='What was asked about the tax number, and the answer.'),
        ),
        migrations.AddField(
            model_name='order',
            name='tax_number',
            field=models.CharField(blank=True, db_default='', default='', help_text="The buyer's GSTIN, VAT ID or the like.", max_length=24),
        ),
        migrations.AddField(
            model_name='order',
            name='tax_treatment',
            field=models.CharField(blank=True, choices=[('', 'Taxed as usual'), ('reverse', 'Reverse charge'), ('export', 'Export without tax')], db_default='', default='', help_text='Why it bears no tax.', max_length=10),
        ),
    ]
