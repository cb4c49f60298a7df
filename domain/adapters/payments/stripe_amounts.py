"""How Stripe counts money. Its minor units are not ISO 4217's for every currency.

From docs.stripe.com/currencies: some currencies are counted whole although ISO gives them decimals (MGA), others in
hundredths although they have none any more (ISK, UGX); of three decimals the last must be 0.
"""

from domain.model.money import InvalidAmount, exponent

_WHOLE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD JOD KWD OMR TND"


def _decimals(currency: str) -> int:
    return 0 if currency in _WHOLE else 3 if currency in _THOUSANDTHS else 2


def to_stripe(amount: int, currency: str) -> int:
    """Our minor units in Stripe's. Raises: InvalidAmount for what Stripe cannot charge to the last unit."""
    converted = _shifted(amount, _decimals(currency) - exponent(currency), currency)
    if currency in _THOUSANDTHS and converted % 10:
        raise InvalidAmount(f"the last decimal of {currency} cannot be charged")
    return converted


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's minor units in ours. Raises: InvalidAmount for an unknown currency or a fraction of our unit."""
    return _shifted(amount, exponent(currency) - _decimals(currency), currency)


def _shifted(amount: int, places: int, currency: str) -> int:
    if places >= 0:
        return amount * int(10**places)
    converted, rest = divmod(amount, int(10**-places))
    if rest:
        raise InvalidAmount(f"a fraction of what {currency} can be counted in")
    return converted
