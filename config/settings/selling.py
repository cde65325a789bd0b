"""Plans of merchants, carts, checkout and payments."""

from config.settings.environment import env

# What a plan costs for a store whose own currency has no price.
PLATFORM_CURRENCY: str = env.str("PLATFORM_CURRENCY", default="USD").upper()

# The pretended bank for trying a store out. The production settings switch it off unless the environment asks for it.
PAYMENTS_TEST_GATEWAY: bool = env.bool("PAYMENTS_TEST_GATEWAY", default=True)
# The minimum time that an unpaid order holds its stock after a repeated payment.
CHECKOUT_RETRY_MINUTES: int = env.int("CHECKOUT_RETRY_MINUTES", default=10)
# The time that an order holds its stock while the buyer's bank is confirming the payment.
CHECKOUT_CONFIRMING_MINUTES: int = env.int("CHECKOUT_CONFIRMING_MINUTES", default=24 * 60)
# Seconds after which a sweep finishes or undoes a stalled checkout.
CHECKOUT_STALLED_SECONDS: int = env.int("CHECKOUT_STALLED_SECONDS", default=30)
# How long a second request waits for the order that a first request is placing from the same cart.
CHECKOUT_WAIT_SECONDS: float = env.float("CHECKOUT_WAIT_SECONDS", default=5.0)
# When the test bank's "pay later" arrives.
PAYMENTS_TEST_LATER_SECONDS: int = env.int("PAYMENTS_TEST_LATER_SECONDS", default=8)
# Where Stripe's API is, and how long a call may take. The keys are the stores' own.
STRIPE_API_URL: str = env.str("STRIPE_API_URL", default="https://api.stripe.com")
STRIPE_TIMEOUT_SECONDS: float = env.float("STRIPE_TIMEOUT_SECONDS", default=10.0)
# The same of PayPal, whose sandbox is a server of its own, and of Razorpay.
PAYPAL_API_URL: str = env.str("PAYPAL_API_URL", default="https://api-m.paypal.com")
PAYPAL_SANDBOX_API_URL: str = env.str(
    "PAYPAL_SANDBOX_API_URL", default="https://api-m.sandbox.paypal.com"
)
PAYPAL_TIMEOUT_SECONDS: float = env.float("PAYPAL_TIMEOUT_SECONDS", default=15.0)
RAZORPAY_API_URL: str = env.str("RAZORPAY_API_URL", default="https://api.razorpay.com")
RAZORPAY_TIMEOUT_SECONDS: float = env.float("RAZORPAY_TIMEOUT_SECONDS", default=15.0)
# Most lines of a cart, most lines that are saved for later, and most pieces of one line.
CART_MAX_LINES: int = env.int("CART_MAX_LINES", default=100)
CART_MAX_SAVED: int = env.int("CART_MAX_SAVED", default=50)
CART_MAX_QUANTITY: int = env.int("CART_MAX_QUANTITY", default=999)
# Wrong codes of gift cards that one visitor may type, on pages and through the API together.
GIFT_CARD_WRONG_CODES: str = env.str("GIFT_CARD_WRONG_CODES", default="10/15m")
# The most that a gift card is issued for, and that staff change a balance by, in the currency's smallest units.
GIFT_CARD_MAX_MINOR: int = env.int("GIFT_CARD_MAX_MINOR", default=100_000_000)
# Days that a cart is kept after its order; how long an open one is kept, each store says itself.
CART_KEEP_CLOSED_DAYS: int = env.int("CART_KEEP_CLOSED_DAYS", default=7)
# Where the EU's register of VAT IDs is, and how long a question may take; empty: it is never asked.
VIES_URL: str = env.str("VIES_URL", default="https://ec.europa.eu/taxation_customs/vies/rest-api")
VIES_TIMEOUT_SECONDS: float = env.float("VIES_TIMEOUT_SECONDS", default=5.0)
# Paths of India's portal of e-invoices below the address that a store enters, and how long a call may take.
IRP_AUTH_PATH: str = env.str("IRP_AUTH_PATH", default="/eivital/v1.04/auth")
IRP_INVOICE_PATH: str = env.str("IRP_INVOICE_PATH", default="/eicore/v1.03/Invoice")
IRP_TIMEOUT_SECONDS: float = env.float("IRP_TIMEOUT_SECONDS", default=20.0)
