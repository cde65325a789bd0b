"""The address of a buyer."""

ADDRESS = {
    "name": "Mira Rao",
    "line1": "12 Lake Road",
    "city": "Bengaluru",
    "region": "Karnataka",
    "postal_code": "560001",
    "country": "IN",
}
