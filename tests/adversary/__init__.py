"""Random programs over `test_adversary_ext` and `test_adversary_classes_ext`, run side by side with a model of what they should do.

`objects`, `calls` and `model` are the model of values, in pure Python: the rules of ARCHITECTURE.md on marks, epochs, who owns
a value and what keeps what alive. They never ask the extension. `engine` runs one call in both worlds and compares; `borrows`
and `transfers` have the operations; `program` makes, runs and shrinks whole programs; `soak` is the long run.

`classes_model` is the model of classes: Python's own classes, and native functions as generators that wait for the overrides
they call. `classes_engine`, `classes_ops` and `classes_calls` are as above, `classes` names the programs.
"""
