"""What converted code calls, as attributes of `ag__`."""

from tfcompat._src.autograph.asserts import assert_stmt as assert_stmt
from tfcompat._src.autograph.calls import (
    converted_call as converted_call,
    iterated_call as iterated_call,
)
from tfcompat._src.autograph.conditionals import if_exp as if_exp, if_stmt as if_stmt
from tfcompat._src.autograph.lists import (
    GetItemOpts as GetItemOpts,
    ListPopOpts as ListPopOpts,
    ListStackOpts as ListStackOpts,
    get_item as get_item,
    list_append as list_append,
    list_pop as list_pop,
    list_stack as list_stack,
    new_list as new_list,
    set_item as set_item,
    update_item_with_op as update_item_with_op,
)
from tfcompat._src.autograph.logical import (
    and_ as and_,
    eq as eq,
    not_ as not_,
    not_eq as not_eq,
    or_ as or_,
)
from tfcompat._src.autograph.loops import for_stmt as for_stmt, while_stmt as while_stmt
from tfcompat._src.autograph.options import (
    STANDARD as STD,
    ConversionOptions as ConversionOptions,
    Feature as Feature,
)
from tfcompat._src.autograph.scopes import (
    FunctionScope as FunctionScope,
    autograph_artifact as autograph_artifact,
    with_function_scope as with_function_scope,
)
from tfcompat._src.autograph.variables import (
    Undefined as Undefined,
    UndefinedReturnValue as UndefinedReturnValue,
    caught as caught,
    ld as ld,
    ldu as ldu,
)

__all__ = ["STD"]
