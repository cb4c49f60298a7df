"""Every public field, in the order of the contract."""

import strawberry

from resolvers.cancellations import cancel_order, cancel_quote
from resolvers.customers import upsert_customers, viewer
from resolvers.nodes import node, nodes
from resolvers.notifications import mark_notifications_read, notifications
from resolvers.orders import order, order_by_number, orders, place_order
from resolvers.products import product, products, upsert_products
from resolvers.quotes import quote
from resolvers.returns import (
    cancel_return,
    decide_return,
    receive_return,
    refund_order,
    request_return,
    return_options,
    return_quote,
)
from resolvers.shipments import add_shipment, record_tracking_event
from resolvers.sign_in import refresh_sign_in, request_sign_in, request_tracking_link, sign_in, sign_out
from resolvers.stock import adjust_stock, locations, stock_levels
from resolvers.tracking import track_order
from resolvers.triggers import fire_trigger
from schema.fields import field, stream

TYPES = ()
"""Nodes that no field of another type leads to."""


@strawberry.type
class Query:
    node = field(node)
    nodes = field(nodes)
    viewer = field(viewer)
    order = field(order)
    order_by_number = field(order_by_number)
    product = field(product)
    products = field(products)
    quote = field(quote)
    cancel_quote = field(cancel_quote)
    return_options = field(return_options)
    return_quote = field(return_quote)
    orders = field(orders)
    locations = field(locations)
    stock_levels = field(stock_levels)


@strawberry.type
class Mutation:
    place_order = field(place_order)
    request_sign_in = field(request_sign_in)
    sign_in = field(sign_in)
    refresh_sign_in = field(refresh_sign_in)
    sign_out = field(sign_out)
    request_tracking_link = field(request_tracking_link)
    cancel_order = field(cancel_order)
    request_return = field(request_return)
    cancel_return = field(cancel_return)
    fire_trigger = field(fire_trigger)
    add_shipment = field(add_shipment)
    record_tracking_event = field(record_tracking_event)
    decide_return = field(decide_return)
    receive_return = field(receive_return)
    refund_order = field(refund_order)
    adjust_stock = field(adjust_stock)
    upsert_products = field(upsert_products)
    mark_notifications_read = field(mark_notifications_read)
    upsert_customers = field(upsert_customers)


@strawberry.type
class Subscription:
    track_order = stream(track_order)
    notifications = stream(notifications)
