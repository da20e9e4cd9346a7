"""How an operation becomes calls, and their answers one answer.

1. `documents` parses, limits (`limits`), validates and prices (`price`) an operation once and remembers it by its text.
2. `compiler` makes a plan of a query, for one set of values of its `@skip` and `@include`: levels of `reads`, each with the
   structs (`shapes`) that its answer is decoded into and the `targets` that wait for it.
3. `plan` runs it. Downwards, level by level, all reads of a level side by side, each told all ids that the level above
   brought (`places`); then upwards, putting what was found where it belongs. A read that failed leaves its failure in its
   targets, which become null with one error each.
4. Where no plan can be made, or an answer is not what the plan was made for, the stock executor answers: the same
   declarations as `resolvers`, batched by `loads`. Mutations and subscriptions always run there. The tests hold the two
   against each other.
"""
