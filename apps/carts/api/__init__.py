"""The cart by REST: a customer's by token, a guest's by `X-Cart-Token`."""
