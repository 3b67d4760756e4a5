# guide: hide
import variants

# guide: show
[variants.kind(value) for value in (None, True, 1, 1.0, "x", (1, 2))]
