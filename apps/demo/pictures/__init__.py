"""Product pictures drawn by code: no files to ship, no licence to mind."""

from apps.demo.pictures.draw import draw_product

__all__ = ["draw_product"]
