"""How dates and times are written in English text, by several habits: `apps/common/habits.py` chooses for a store.

`en` is day first and 24 hours, and holds what all share. What people type is ISO's form, as the date pickers write it.
"""
