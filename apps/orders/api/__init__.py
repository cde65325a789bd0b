"""Orders by REST: how they look, whose they are, and the list.

Placing one is checkout's (`apps/checkout/api`); one order with its shipments and its status is fulfilment's
(`apps/fulfilment/api`): an endpoint is in the highest app it touches.
"""
