"""What we award: versioned YAML definitions, and the loader that refuses a bad one.

docs/badge-classes.md explains the format. Who may award what, and to whom, is not here but in
`issuer`; the addresses at which badge classes are published are answered by `service`.
"""
