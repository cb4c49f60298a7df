"""What has an id that the whole world may use."""

import strawberry

from schema.fields import field


@strawberry.interface(description="Ids are opaque and global; knowing one opens nothing.")
class Node:
    @field
    def id(self) -> strawberry.ID:
        raise NotImplementedError
