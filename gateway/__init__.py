"""The graph: one typed schema over all services.

`types/` and `schema/` say what the graph is and, beside each field, what feeds it (`joins`). `doors/` take operations in,
`execution/` turns them into calls, `upstreams/` makes the calls with the caller's own token. The gateway holds no data, maps
no shapes and decides nothing about access: each service answers in the graph's own names what the caller may see.
"""
