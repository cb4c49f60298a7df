"""Conditions in CEL, Google's C++ runtime behind our Protocol.

Every path is a typed variable of its own, so a misspelling does not compile. Macros and regular expressions are off:
without them the time an expression takes is bounded by the length of its text (800 characters of loops ran for 27
seconds within the library's iteration budget). Expressions are immutable once compiled, and threads may share them.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from domain.model.money import InvalidAmount, from_decimal
from domain.workflow.conditions import Condition, ConditionFailed, Fact

LONGEST = 2_000  # characters
_TYPES: Mapping[type, Any] = {int: cel.Type.INT, float: cel.Type.DOUBLE, str: cel.Type.STRING, bool: cel.Type.BOOL}
_LANGUAGE = """
stdlib:
  disable_macros: true
  exclude_functions:
    - name: matches
"""
_STRING = r"""(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
_TOKENS = re.compile(
    rf"//[^\n]*|{_STRING}|\bmoney\s*\((?P<call>\s*(?P<amount>{_STRING})\s*,\s*(?P<code>{_STRING})\s*\))?"
)
_AMOUNT = re.compile(r"-?\d{1,15}(?:\.\d{1,4})?", re.ASCII)
_PLACE = re.compile(r"^(?:[A-Z_]+: )?(?:ERROR: )?<input>:-?\d+:-?\d+: ")

Variables = frozenset[tuple[str, type]]


class CelCondition:
    """One expression over its variables, which gives true or false."""

    def __init__(self, text: str, expression: Any) -> None:
        self.text = text
        self._expression = expression

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        try:
            value = self._expression.eval(data=facts)
            verdict = value.value()
        except Exception as error:  # whatever a library in C++ raises, it is no verdict
            raise ConditionFailed(f"{self.text}: {_reason(error)}") from error
        if verdict is True or verdict is False:
            return verdict
        raise ConditionFailed(f"{self.text}: {_reason(verdict)}")


class CelConditions:
    """Compiles each text once for its variables and currency; remembers the latest few thousand."""

    def __init__(self) -> None:
        self._compiled = lru_cache(maxsize=4_096)(_compile)

    def compile(self, text: str, variables: Mapping[str, type], currency: str) -> Condition:
        return self._compiled(text, frozenset(variables.items()), currency)


def _compile(text: str, variables: Variables, currency: str) -> CelCondition:
    if len(text) > LONGEST:
        raise ConditionFailed(f"a condition has at most {LONGEST} characters, this one has {len(text)}")
    _check_money(text, currency)
    try:
        expression = _environment(variables, currency).compile(text)
        returns = expression.return_type()
    except Exception as error:  # whatever a library in C++ raises, this does not compile
        raise ConditionFailed(f"{text}: {_reason(error)}") from error
    if returns != cel.Type.BOOL:
        raise ConditionFailed(f"{text}: it gives {returns}, a condition gives true or false")
    return CelCondition(text, expression)


@lru_cache(maxsize=64)
def _environment(variables: Variables, currency: str) -> Any:
    """What may be named in an expression: the variables, CEL's standard functions, money()."""

    def money(amount: str, code: str) -> int:
        return _minor_units(amount, code, currency)

    overload = cel.Overload(
        "money_text", return_type=cel.Type.INT, parameters=[cel.Type.STRING, cel.Type.STRING], impl=money
    )
    return cel.NewEnv(
        config=cel.NewEnvConfigFromYaml(_LANGUAGE),
        variables={path: _TYPES[kind] for path, kind in variables},
        functions=[cel.FunctionDecl("money", [overload])],
    )


def _check_money(text: str, currency: str) -> None:
    """Raises: ConditionFailed for an amount that could only fail later, when an order depends on it."""
    for token in _TOKENS.finditer(text):
        if token["amount"]:
            try:
                _minor_units(token["amount"][1:-1], token["code"][1:-1], currency)
            except InvalidAmount as error:
                raise ConditionFailed(f"{text}: {error}") from None
        elif token[0].startswith("money"):
            raise ConditionFailed(
                f"{text}: money() takes an amount and a currency in quotes: money('10.00', '{currency}')"
            )


def _minor_units(amount: str, code: str, currency: str) -> int:
    if code != currency:
        raise InvalidAmount(f"money() counts in {currency} here, not in {code}")
    if not _AMOUNT.fullmatch(amount):
        raise InvalidAmount(f"{amount[:40]!r} is not an amount of money")
    return from_decimal(Decimal(amount), code)


def _reason(error: object) -> str:
    """The first line of what the library says, without codes and places."""
    return _PLACE.sub("", str(error).split("\n", 1)[0]).removesuffix(" [INVALID_ARGUMENT]")
