"""Recorded calls, of which some become one, or write into what nobody reads any more.

On few numbers each call costs more than its numbers, and new room costs more than room at hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import torch

from .recorded import Call, Place

aten = torch.ops.aten
Tensors = dict[int, torch.Tensor]
_FLOATS = frozenset([torch.float32, torch.float64])


def joined(calls: Sequence[Call], asked: Iterable[int], tensors: Tensors) -> list[Call]:
    """Calls that compute the slots that are asked; `tensors` tells what the slots looked like."""
    asked = list(asked)
    reads = Counter([*[slot for call in calls for slot in call.ins], *asked])
    makers = {call.outs[0]: call for call in calls if not call.several}
    # Products that only a sum reads, and sums with them.
    gone: set[int | None] = set()
    own: set[int | None] = set()
    found = []
    for call in calls:
        terms = _terms(call, tensors)
        # The second term is computed last, as a rule: the other one is there by then.
        for x, y in zip(reversed(terms), terms, strict=True):
            maker = makers.get(x)
            product = maker is not None and maker.op is aten.mm.default and reads[x] == 1
            if product and y not in gone and tensors[x].shape == tensors[y].shape:
                args = (Place(y), *maker.args)  # type: ignore[union-attr]
                call = Call(aten.addmm.default, args, {}, call.outs, False)
                gone.add(x)
                own.update(call.outs)
                break
        else:
            if terms and terms[0] in own and reads[terms[0]] == 1:
                shape, other = [tensors[i].shape for i in terms]
                if torch.broadcast_shapes(shape, other) == shape:
                    call = call._replace(op=aten.add_.Tensor)
        found.append(call)
    return [call for call in found if call.several or call.outs[0] not in gone]


def _terms(call: Call, tensors: Tensors) -> list[int]:
    """The two terms of a sum of floats of one kind; none of any other call."""
    places = [int(x) for x in call.args if x.__class__ is Place]
    if call.op is not aten.add.Tensor or call.options or len(places) != 2:
        return []
    kinds = {(tensors[i].dtype, tensors[i].device) for i in places}
    return places if len(kinds) == 1 and tensors[places[0]].dtype in _FLOATS else []
