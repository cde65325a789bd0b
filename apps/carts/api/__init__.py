"""The cart API: a customer's cart by the login, a guest's cart by `X-Cart-Token`."""
