"""What speaks for a post beside its words, as one number: that it was accepted, used, found helpful, or doubted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import BindParameter, bindparam, func, select

from socialsales.core.db import read_rows
from socialsales.threads.models import Answer, Reaction, ReactionKind

OF_ANSWER = 6
"""What it counts that whoever asked took a reply as an answer."""
OF_ANSWERED = 2
"""What it counts for a question that an answer to it is there."""
OF_REACTIONS = {ReactionKind.USED: 3, ReactionKind.THANKS: 1, ReactionKind.AGREE: 1, ReactionKind.DOUBT: -1}
"""What each person counts who says so: what was used on a deal stood the test."""

_POSTS: BindParameter[int] = bindparam("posts", expanding=True)
_SAID = (
    select(Reaction.post_id, Reaction.kind, func.count().label("so_many"))
    .where(Reaction.post_id.in_(_POSTS))
    .group_by(Reaction.post_id, Reaction.kind)
)
_ACCEPTED = select(Answer.post_id).where(Answer.post_id.in_(_POSTS))


def proof_of(posts: Sequence[int]) -> Mapping[int, int]:
    """What speaks for each of these posts, at least nothing; whoever reads a post sees all of it there."""
    found = dict.fromkeys(posts, 0)
    for row in read_rows(_ACCEPTED, {"posts": posts}):
        found[row.post_id] += OF_ANSWER
    for row in read_rows(_SAID, {"posts": posts}):
        found[row.post_id] += OF_REACTIONS[row.kind] * row.so_many
    return {post: max(0, proof) for post, proof in found.items()}
