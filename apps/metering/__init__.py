"""How much each store uses: API calls counted beside the request, days compared with the stores at night."""
