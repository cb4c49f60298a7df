"""The schema as it is served: Strawberry's, with one extension that knows documents, asks the gate and masks faults."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Final

import strawberry
from graphql import GraphQLError, NoSchemaIntrospectionCustomRule
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext, StreamExecutionResult
from strawberry.types.graphql import OperationType

from gateway.documents import Documents, several
from gateway.masking import report, shown
from resolvers.roots import TYPES, Mutation, Query, Subscription
from schema.scalars import SCALARS
from schema.text import refuse_unusable

PARSING: Final[Any] = {"max_lexical_tokens": 2000, "max_comments": 200, "max_source_length": 65_536}


class GatewaySchema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        report(errors, execution_context)


class Operation(SchemaExtension):
    """Contexts have `request_id` and `admission`."""

    def __init__(self, documents: Documents, *, introspection: bool) -> None:
        self._documents = documents
        self._introspection = introspection

    def on_operation(self) -> Iterator[None]:
        self.execution_context.parse_options.update(PARSING)
        if not self._introspection:
            rules = self.execution_context.validation_rules
            self.execution_context.validation_rules = (*rules, NoSchemaIntrospectionCustomRule)
        yield

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        context.graphql_document = self._documents.find(context.query or "")
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        text, document = context.query, context.graphql_document
        known = document is not None and document is self._documents.find(text or "")
        if document is not None and not context._provided_operation_name and several(document):
            context.pre_execution_errors = [GraphQLError("Of several operations one must be named.")]
        elif known:
            context.pre_execution_errors = []
        yield
        if not known and not context.pre_execution_errors and text and document is not None:
            self._documents.keep(text, document)

    async def on_execute(self) -> AsyncIterator[None]:
        context = self.execution_context
        if context.graphql_document is not None:
            if context.operation_type is not OperationType.MUTATION:  # a mutation says at which field it is wrong
                refuse_unusable(context.query or "", context.graphql_document, context.variables)
            admission = context.context.admission
            await admission.admit(context.graphql_document, context.operation_name, context.variables or {})
        yield

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:
        errors = getattr(result, "errors", None)
        if errors:
            request_id = self.execution_context.context.request_id
            result.errors = [shown(error, request_id) for error in errors]  # type: ignore[union-attr]
        yield


def build_schema(
    query: type = Query,
    mutation: type | None = Mutation,
    subscription: type | None = Subscription,
    *,
    introspection: bool = False,
    types: Sequence[Any] = TYPES,
) -> strawberry.Schema:
    """The schema with its own memory of documents."""
    documents = Documents()
    return GatewaySchema(
        query,
        mutation,
        subscription,
        types=types,
        extensions=[lambda: Operation(documents, introspection=introspection)],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
    )


def sdl() -> str:
    """The schema's text, as `schema/schema.graphql` keeps it."""
    return build_schema().as_str().rstrip() + "\n"
